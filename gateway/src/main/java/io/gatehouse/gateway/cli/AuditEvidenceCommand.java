package io.gatehouse.gateway.cli;

import io.gatehouse.audit.AuditDamagedException;
import io.gatehouse.audit.evidence.Evidence;
import io.gatehouse.audit.evidence.Subject;
import io.gatehouse.audit.file.AuditReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gatehouse audit evidence}: writes what a stranger needs to verify one approval's or one request's events. */
@Command(name = "evidence", description = "Write an evidence bundle that verifies offline.")
final class AuditEvidenceCommand implements Callable<Integer> {
    /** How long to wait for the checkpoint that covers the newest events. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofMillis(100);

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // set by picocli before it runs the command
    private Selection selection;

    @Option(
            names = "--folder",
            defaultValue = AuditCommand.FOLDER,
            description = "The log's folder (${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private Path folder;

    @Option(
            names = {"-o", "--out"},
            required = true,
            description = "The file to write.")
    @SuppressWarnings("NullAway.Init") // set by picocli before it runs the command
    private Path file;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before it runs the command
    private CommandSpec spec;

    /** What the bundle is about. */
    static final class Selection {
        @Option(names = "--approval", required = true, description = "approval id")
        private @Nullable String approval;

        @Option(names = "--request", required = true, description = "request id")
        private @Nullable String request;

        Subject subject() {
            return approval != null ? Subject.approval(approval) : Subject.request(String.valueOf(request));
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var err = spec.commandLine().getErr();
        var log = new AuditReader(folder);
        if (!log.exists()) {
            err.println("no audit log in `" + folder + "`");
            return 1;
        }
        try {
            var bundle = collect(log);
            if (bundle.events() == 0) {
                err.println(
                        bundle.uncovered() == 0
                                ? "no event about `" + selection.subject().id() + "` is recorded"
                                : "no checkpoint covers the events yet; is the gateway running?");
                return 1;
            }
            Files.writeString(file, bundle.json());
            if (bundle.uncovered() > 0) {
                err.println(bundle.uncovered() + " newer events are left out: no checkpoint covers them yet");
            }
            spec.commandLine().getOut().println(bundle.events() + " events written to " + file);
            return 0;
        } catch (AuditDamagedException e) {
            err.println(e.getMessage());
            return 1;
        }
    }

    private Evidence.Bundle collect(AuditReader log) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (log.checkpoint(log.key()).isEmpty() && System.nanoTime() < deadline) {
            Thread.sleep(PAUSE);
        }
        var bundle = Evidence.collect(log, selection.subject());
        while (bundle.uncovered() > 0 && System.nanoTime() < deadline) {
            Thread.sleep(PAUSE);
            bundle = Evidence.collect(log, selection.subject());
        }
        return bundle;
    }
}
