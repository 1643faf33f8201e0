package io.gatehouse.stores;

import static io.gatehouse.approvals.Samples.AGENT;
import static io.gatehouse.approvals.Samples.ANN;
import static io.gatehouse.approvals.Samples.DIGEST;
import static io.gatehouse.approvals.Samples.ONE_OF;
import static io.gatehouse.approvals.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.approvals.Approval;
import io.gatehouse.approvals.ApprovalException;
import io.gatehouse.approvals.ApprovalService;
import io.gatehouse.approvals.ApprovalSettings;
import io.gatehouse.approvals.ApprovalState;
import io.gatehouse.approvals.Approvals.Use;
import io.gatehouse.approvals.RecordingAuditLog;
import io.gatehouse.approvals.Samples;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed between the intent to run and the outcome. */
class CrashTest {
    private static final ApprovalSettings SETTINGS = new ApprovalSettings("node-1", List.of(ONE_OF));
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    /** The process that is killed: takes one approval, leaves another granted, says so, and hangs. */
    static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) throws Exception {
            var database = SqliteDatabase.open(Path.of(arguments[0]));
            var service = serve(database, new RecordingAuditLog());
            Approval running = granted(service, DIGEST);
            Approval granted = granted(service, "granted");
            service.use(new Use(running.id(), Samples.draft())).block(PATIENCE);
            System.out.println(running.id() + " " + granted.id());
            Thread.currentThread().join();
        }
    }

    @Test
    void whatRanInAKilledProcessNeverRunsAgain() throws Exception {
        Path file = folder.resolve("gatehouse.db");
        Process victim = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String[] ids;
        try (var out = new BufferedReader(new InputStreamReader(victim.getInputStream(), StandardCharsets.UTF_8))) {
            ids = String.valueOf(out.readLine()).split(" ", -1);
        } finally {
            victim.destroyForcibly().waitFor();
        }
        assertThat(ids).hasSize(2);

        var log = new RecordingAuditLog();
        try (var database = SqliteDatabase.open(file);
                var service = serve(database, log)) {
            assertThat(service.show(TENANT, ids[0]).map(Approval::state)).contains(ApprovalState.OUTCOME_UNKNOWN);
            assertThat(log.steps(ids[0])).containsExactly("approval.lose outcome_unknown");
            assertThatThrownBy(
                            () -> service.use(new Use(ids[0], Samples.draft())).block(PATIENCE))
                    .isInstanceOfSatisfying(
                            ApprovalException.class, e -> assertThat(e.code()).isEqualTo("approval_used"));
            assertThat(service.find(TENANT, AGENT, ids[1])
                            .blockOptional(PATIENCE)
                            .map(Approval::state))
                    .contains(ApprovalState.APPROVED);
            assertThat(service.use(new Use(ids[1], Samples.draft("granted")))
                            .blockOptional(PATIENCE)
                            .map(Approval::state))
                    .contains(ApprovalState.EXECUTING);
        }
    }

    private static ApprovalService serve(SqliteDatabase database, RecordingAuditLog log) {
        var service = new ApprovalService(new SqliteApprovalStore(database), log, InstantSource.system(), SETTINGS);
        service.start();
        return service;
    }

    private static Approval granted(ApprovalService service, String digest) {
        Approval pending =
                service.open(Samples.draft(digest)).blockOptional(PATIENCE).orElseThrow();
        return service.vote(pending.id(), ANN, true, "", pending.decisionDigest());
    }
}
