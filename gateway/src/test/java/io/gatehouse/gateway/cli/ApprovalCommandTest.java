package io.gatehouse.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.admin.AdminPorts;
import io.gatehouse.admin.AdminServer;
import io.gatehouse.admin.AdminSettings;
import io.gatehouse.admin.AdminToken;
import io.gatehouse.approvals.Approval;
import io.gatehouse.approvals.ApprovalDraft;
import io.gatehouse.approvals.ApprovalService;
import io.gatehouse.approvals.ApprovalSettings;
import io.gatehouse.approvals.ApprovalState;
import io.gatehouse.audit.AuditEvent;
import io.gatehouse.audit.AuditLog;
import io.gatehouse.audit.AuditReceipt;
import io.gatehouse.config.Secret;
import io.gatehouse.console.Console;
import io.gatehouse.policy.ApprovalDemand;
import io.gatehouse.policy.ApprovalLevel;
import io.gatehouse.stores.MemoryApprovalStore;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import reactor.core.publisher.Mono;

class ApprovalCommandTest {
    private static final String TOKEN = "alice-token-0123456789abcdef";

    @TempDir
    Path folder;

    private ApprovalService approvals;
    private AdminServer server;
    private String url;
    private boolean personSaysYes;

    /** Keeps nothing: what is recorded is tested elsewhere. */
    private record OpenLog() implements AuditLog {
        @Override
        public boolean offer(AuditEvent event) {
            return true;
        }

        @Override
        public Mono<AuditReceipt> append(AuditEvent event) {
            return Mono.just(new AuditReceipt("event", 0));
        }

        @Override
        public Optional<String> failure() {
            return Optional.empty();
        }
    }

    @BeforeEach
    void start() {
        var log = new OpenLog();
        var level = new ApprovalLevel(Set.of("approver"), Set.of(), 1, Duration.ofMinutes(10));
        approvals = new ApprovalService(
                new MemoryApprovalStore(), log, InstantSource.system(), new ApprovalSettings("test", List.of(level)));
        approvals.start();
        server = new AdminServer(
                new AdminSettings(
                        "127.0.0.1:0", List.of(AdminToken.of("alice", Set.of("approver"), Secret.parse(TOKEN)))),
                new AdminPorts(
                        approvals,
                        log,
                        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                        List::of,
                        () -> new AdminPorts.Reload(List.of()),
                        InstantSource.system()),
                Console.load());
        server.start();
        url = "http://127.0.0.1:" + server.address().getPort();
    }

    @AfterEach
    void stop() {
        server.close();
        approvals.close();
    }

    @Test
    void listsWhatWaits() {
        assertThat(run("list").out()).isEqualTo("nothing waits here\n");
        var approval = open("client:assistant", "DELETE /customers/42", "");

        var listed = run("list");

        assertThat(listed.exit()).isZero();
        assertThat(listed.out()).contains(approval.id(), "client:assistant", "DELETE /customers/42");
        assertThat(run("list", "--state", "rejected").out()).doesNotContain(approval.id());
        assertThat(run("list", "--state", "all", "--output", "json").out()).contains("\"id\" : \"" + approval.id());
    }

    @Test
    void showsWhatIsApprovedBeforeItAsks() {
        var approval = open("client:assistant", "crm: delete_customer", "{\"id\":42}");
        personSaysYes = true;

        var approved = run("approve", approval.id(), "--reason", "ticket 4711");

        assertThat(approved.exit()).isZero();
        assertThat(approved.out())
                .contains("crm: delete_customer", "    {\"id\":42}", "cannot be undone", approval.decisionDigest())
                .endsWith(approval.id() + " is now approved\n");
        assertThat(state(approval)).isEqualTo(ApprovalState.APPROVED);
    }

    @Test
    void decidesNothingWhereThePersonDoesNotAgree() {
        var approval = open("client:assistant", "DELETE /customers/42", "");

        var left = run("approve", approval.id());

        assertThat(left.exit()).isEqualTo(1);
        assertThat(left.out()).endsWith("nothing was decided\n");
        assertThat(state(approval)).isEqualTo(ApprovalState.PENDING_APPROVAL);
    }

    @Test
    void asksNobodyWhereThereIsNoTerminal() {
        var approval = open("client:assistant", "DELETE /customers/42", "");
        var command = new CommandLine(new ApprovalCommand());
        var err = new StringWriter();
        command.setOut(new PrintWriter(new StringWriter())).setErr(new PrintWriter(err));

        int exit = command.execute("approve", approval.id(), "--url", url, "--token", TOKEN);

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("there is no terminal to ask at: say --yes\n");
        assertThat(state(approval)).isEqualTo(ApprovalState.PENDING_APPROVAL);
    }

    @Test
    void deniesWithAReasonOnly() {
        var approval = open("client:assistant", "DELETE /customers/42", "");

        assertThat(run("deny", approval.id(), "--yes").exit()).isEqualTo(2);
        var denied = run("deny", approval.id(), "--yes", "--reason", "wrong customer", "--output", "json");

        assertThat(denied.exit()).isZero();
        assertThat(denied.out()).contains("\"state\" : \"rejected\"", "wrong customer");
        assertThat(state(approval)).isEqualTo(ApprovalState.REJECTED);
    }

    @Test
    void saysWhatTheGatewayRefuses() {
        var own = open("user:alice", "DELETE /customers/42", "");

        var refused = run("approve", own.id(), "--yes");

        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).startsWith("self_approval: ");
        assertThat(run("show", "apr_unknown").err()).startsWith("approval_unknown: ");
        assertThat(run("show", "../session").exit()).isEqualTo(2);
        assertThat(run().exit()).isEqualTo(2);
        assertThat(run("list", "--output", "yaml").exit()).isEqualTo(2);
    }

    @Test
    void letsNoControlCharacterReachTheTerminal() {
        var hostile = open("client:assistant", "rm \u001B[2K\u009B1A\u202Etxt.exe", "a\rb\u200B\u0007\nc");

        for (var output :
                List.of(run("show", hostile.id()), run("list"), run("show", hostile.id(), "--output", "json"))) {
            assertThat(output.out().codePoints().filter(point -> point != '\n'))
                    .noneMatch(point -> Character.getType(point) == Character.CONTROL
                            || Character.getType(point) == Character.FORMAT);
        }
        assertThat(run("show", hostile.id()).out())
                .contains("rm <U+001B>[2K<U+009B>1A<U+202E>txt.exe", "    a<U+000D>b<U+200B><U+0007>\n    c\n");
    }

    @Test
    void takesUrlAndTokenFromEnvironmentAndFile() throws Exception {
        var file = Files.writeString(folder.resolve("token"), TOKEN + "\n");
        open("client:assistant", "DELETE /customers/42", "");

        assertThat(execute(Map.of("GATEHOUSE_URL", url, "GATEHOUSE_TOKEN", TOKEN), "list")
                        .exit())
                .isZero();
        assertThat(execute(Map.of("GATEHOUSE_URL", url), "list", "--token-file", file.toString())
                        .exit())
                .isZero();
        assertThat(execute(Map.of("GATEHOUSE_URL", url), "list", "--token-file", folder + "/none")
                        .exit())
                .isEqualTo(2);
        assertThat(execute(Map.of("GATEHOUSE_URL", url), "list").err()).startsWith("token: expected");
        assertThat(execute(Map.of("GATEHOUSE_URL", "ftp://x", "GATEHOUSE_TOKEN", TOKEN), "list")
                        .exit())
                .isEqualTo(2);
        var wrong = execute(Map.of("GATEHOUSE_URL", url, "GATEHOUSE_TOKEN", "wrong"), "list");
        assertThat(wrong.exit()).isEqualTo(1);
        assertThat(wrong.err())
                .startsWith("unauthenticated: ")
                .contains("--token-file", "GATEHOUSE_TOKEN")
                .doesNotContain("Bearer");
    }

    @Test
    void saysThatTheGatewayCannotBeReached() {
        server.close();

        var failed = run("list");

        assertThat(failed.exit()).isEqualTo(1);
        assertThat(failed.err()).isEqualTo("the gateway at `" + url + "` cannot be reached\n");
    }

    private record Result(int exit, String out, String err) {}

    private Result run(String... arguments) {
        return execute(Map.of("GATEHOUSE_URL", url, "GATEHOUSE_TOKEN", TOKEN), arguments);
    }

    private Result execute(Map<String, String> environment, String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exit = new CommandLine(new ApprovalCommand(environment, question -> personSaysYes))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new Result(exit, out.toString(), err.toString());
    }

    private Approval open(String requester, String title, String body) {
        var draft = new ApprovalDraft(
                "default",
                requester,
                requester.substring(requester.indexOf(':') + 1),
                "crm",
                "request-1",
                "ab".repeat(32),
                new ApprovalDraft.Preview(title, body, Map.of("Risk", "85 of 100")),
                List.of(new ApprovalDemand("delete-needs-approval", "deleting a customer cannot be undone", List.of())),
                List.of(),
                "cd".repeat(32));
        return Optional.ofNullable(approvals.open(draft).block(Duration.ofSeconds(5)))
                .orElseThrow();
    }

    private ApprovalState state(Approval approval) {
        return approvals.show("default", approval.id()).orElseThrow().state();
    }
}
