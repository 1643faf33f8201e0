package io.gatehouse.gateway.cli;

import io.gatehouse.audit.AuditDamagedException;
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
@Command(
        name = "evidence",
        description = "Writes an evidence bundle that verifies offline.",
        footer = {"", "Example:", "  gatehouse audit evidence --approval ID -o evidence.json"})
final class AuditEvidenceCommand implements Callable<Integer> {
    /** How long to wait for the checkpoint that covers the newest events. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // set by picocli before it runs the command
    private Selection selection;

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            defaultValue = AuditCommand.FOLDER,
            description = "The log's folder (${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private Path folder;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            required = true,
            description = "The file to write.")
    @SuppressWarnings("NullAway.Init") // set by picocli before it runs the command
    private Path file;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before it runs the command
    private CommandSpec spec;

    /** What the bundle is about. */
    static final class Selection {
        @Option(names = "--approval", paramLabel = "ID", required = true, description = "The approval's id.")
        private @Nullable String approval;

        @Option(names = "--request", paramLabel = "ID", required = true, description = "The request's id.")
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
        try (var watch = CheckpointWatch.of(folder)) {
            var bundle = watch.collect(selection.subject(), PATIENCE);
            if (bundle.events() == 0) {
                err.println(
                        bundle.uncovered() == 0
                                ? "no event about `" + selection.subject().id() + "` is recorded"
                                : "no checkpoint covers the events yet; is the gateway running?");
                return 1;
            }
            Files.writeString(file, bundle.json());
            if (bundle.uncovered() > 0) {
                err.println(TerminalText.counted(bundle.uncovered(), "newer event")
                        + " left out: no checkpoint covers them yet");
            }
            spec.commandLine().getOut().println(TerminalText.counted(bundle.events(), "event") + " written to " + file);
            return 0;
        } catch (AuditDamagedException e) {
            err.println(TerminalText.visible(String.valueOf(e.getMessage())));
            return 1;
        }
    }
}
