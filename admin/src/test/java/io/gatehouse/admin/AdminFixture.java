package io.gatehouse.admin;

import io.gatehouse.admin.AdminPorts.Dependency;
import io.gatehouse.admin.AdminPorts.Reload;
import io.gatehouse.approvals.Approval;
import io.gatehouse.approvals.ApprovalDraft;
import io.gatehouse.approvals.ApprovalDraft.Preview;
import io.gatehouse.approvals.ApprovalService;
import io.gatehouse.approvals.ApprovalSettings;
import io.gatehouse.config.Secret;
import io.gatehouse.console.Console;
import io.gatehouse.policy.ApprovalDemand;
import io.gatehouse.policy.ApprovalLevel;
import io.gatehouse.policy.Decision.PolicyReference;
import io.gatehouse.stores.SqliteApprovalStore;
import io.gatehouse.stores.SqliteDatabase;
import io.gatehouse.testkit.RawClient;
import io.gatehouse.testkit.RawResponse;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An admin listener on the real approval service and SQLite. Each answer is checked against the OpenAPI document. */
final class AdminFixture implements AutoCloseable {
    static final String ALICE = "alice-token-0123456789abcdef";
    static final String BOB = "bob-token-0123456789abcdef";
    static final String CAROL = "carol-token-0123456789abcdef";
    static final String PROMETHEUS = "prometheus-token-0123456789abcdef";
    static final String ROOT = "root-token-0123456789abcdef";
    static final List<AdminToken> TOKENS = List.of(
            AdminToken.of("alice", Set.of("approver"), Secret.parse(ALICE)),
            AdminToken.of("bob", Set.of("approver"), Secret.parse(BOB)),
            AdminToken.of("carol", Set.of("auditor"), Secret.parse(CAROL)),
            AdminToken.of("prometheus", Set.of("metrics"), Secret.parse(PROMETHEUS)),
            AdminToken.of("root", Set.of("admin"), Secret.parse(ROOT)));

    final MemoryAuditLog audit = new MemoryAuditLog();
    final ApprovalService approvals;
    final AdminServer server;
    volatile List<Dependency> dependencies = List.of(new Dependency("database", true, ""));
    volatile Reload reload = new Reload(List.of());

    private final SqliteDatabase database;
    private final Contract contract = Contract.load();
    private final AtomicInteger count = new AtomicInteger();

    AdminFixture(Path folder, InstantSource clock) {
        this(folder, clock, new AdminSettings("127.0.0.1:0", TOKENS));
    }

    AdminFixture(Path folder, InstantSource clock, AdminSettings settings) {
        database = SqliteDatabase.open(folder.resolve("gatehouse.db"));
        approvals = new ApprovalService(
                new SqliteApprovalStore(database),
                audit,
                clock,
                new ApprovalSettings("test", List.of(level(Set.of("approver"), 1))));
        approvals.start();
        var ports = new AdminPorts(
                approvals,
                audit,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                () -> dependencies,
                () -> reload,
                clock);
        server = new AdminServer(settings, ports, Console.load());
        server.start();
    }

    static ApprovalLevel level(Set<String> roles, int quorum) {
        return new ApprovalLevel(roles, Set.of(), quorum, Duration.ofMinutes(10));
    }

    /** Opens an approval that any one approver may give. */
    Approval open(String requester, String title, String body) {
        return open(requester, title, body, List.of());
    }

    Approval open(String requester, String title, String body, List<ApprovalLevel> levels) {
        var facts = new LinkedHashMap<String, String>();
        facts.put("Risk", "85 of 100");
        facts.put("Client address", "10.20.0.14");
        facts.put("Host", "crm.example.com");
        var draft = new ApprovalDraft(
                "default",
                requester,
                requester.substring(requester.indexOf(':') + 1),
                "crm",
                "01J" + count.incrementAndGet(),
                Digests.sha256Hex(title + body + count),
                new Preview(title, body, facts),
                List.of(new ApprovalDemand("delete-needs-approval", "deleting a customer cannot be undone", levels)),
                List.of(new PolicyReference("delete-needs-approval", "ab".repeat(32))),
                "cd".repeat(32));
        var approval = approvals.open(draft).block(Duration.ofSeconds(5));
        if (approval == null) {
            throw new AssertionError("no approval was opened");
        }
        return approval;
    }

    int port() {
        return server.address().getPort();
    }

    String host() {
        return "127.0.0.1:" + port();
    }

    RawClient connect() {
        return RawClient.connect(port());
    }

    RawResponse get(String path, String... headers) {
        return send("GET", path, null, headers);
    }

    RawResponse post(String path, String body, String... headers) {
        return send("POST", path, body, headers);
    }

    /** Headers as {@code Name: value}; Host and the content type are added where they are not given. */
    RawResponse send(String method, String path, @Nullable String body, String... headers) {
        try (var client = connect()) {
            var response = client.exchange(request(method, path, body, headers));
            contract.check(method, path, response);
            return response;
        }
    }

    String request(String method, String path, @Nullable String body, String... headers) {
        var text = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        var given = List.of(headers);
        if (given.stream().noneMatch(header -> header.startsWith("Host:"))) {
            text.append("Host: ").append(host()).append("\r\n");
        }
        if (body != null && given.stream().noneMatch(header -> header.startsWith("Content-Type:"))) {
            text.append("Content-Type: application/json\r\n");
        }
        given.forEach(header -> text.append(header).append("\r\n"));
        if (body == null) {
            return text.append("\r\n").toString();
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return text.append("Content-Length: ").append(bytes.length).append("\r\n\r\n")
                + new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static String bearer(String token) {
        return "Authorization: Bearer " + token;
    }

    RawResponse vote(Approval approval, boolean approve, String reason, String... headers) {
        return post(
                "/v1/approvals/" + approval.id() + (approve ? "/approve" : "/deny"),
                vote(reason, approval.decisionDigest()),
                headers);
    }

    static String vote(String reason, String digest) {
        return new String(Json.bytes(Map.of("reason", reason, "decisionDigest", digest)), StandardCharsets.UTF_8);
    }

    /** Signs in as the page does. */
    Page signIn(String token, String... headers) {
        var all = new java.util.ArrayList<>(List.of(headers));
        all.add("Origin: http://" + host());
        var response = post("/v1/session", "{\"token\":\"" + token + "\"}", all.toArray(String[]::new));
        String cookie = response.header("set-cookie");
        return new Page(
                response.status(),
                cookie == null ? "" : cookie,
                response.text().replaceAll("(?s).*\"pageKey\":\"([^\"]*)\".*", "$1"));
    }

    /**
     * A signed-in page.
     *
     * @param setCookie as it was sent
     */
    record Page(int status, String setCookie, String pageKey) {
        String cookie() {
            return "Cookie: " + setCookie.split(";", 2)[0];
        }

        String key() {
            return "X-Gatehouse-Page-Key: " + pageKey;
        }
    }

    @Override
    public void close() {
        server.close();
        approvals.close();
        database.close();
        contract.assertNoViolations();
    }
}
