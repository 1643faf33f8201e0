package io.gatehouse.gateway.cli;

import io.gatehouse.audit.evidence.EvidenceVerifier;
import io.gatehouse.audit.file.AuditVerifier;
import io.gatehouse.audit.merkle.VerifierKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code gatehouse audit verify}: checks a log's folder or an evidence bundle offline, and names every fault. */
@Command(
        name = "verify",
        description = "Verifies a log's folder or an evidence bundle, offline.",
        footer = {
            "",
            "Example:",
            "  gatehouse audit verify evidence.json --key log.vkey",
            "",
            "Exit codes: 0 verified, 1 not, 2 wrong usage."
        })
final class AuditVerifyCommand implements Callable<Integer> {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Parameters(paramLabel = "FILE|FOLDER", description = "An evidence bundle, or a log's folder.")
    @SuppressWarnings("NullAway.Init") // set by picocli before it runs the command
    private Path target;

    @Option(names = "--key", paramLabel = "VKEY", description = "The log's public key, or a file that holds it.")
    private @Nullable String key;

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description = "A checkpoint kept elsewhere, which the log must contain.")
    private @Nullable Path checkpoint;

    @Option(
            names = "--output",
            paramLabel = "table|json",
            defaultValue = "table",
            description = "How the result is printed (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private Output output;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before it runs the command
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        var trusted = trusted();
        if (Files.isDirectory(target)) {
            return folder(trusted);
        }
        if (!Files.isRegularFile(target)) {
            throw new ParameterException(spec.commandLine(), "expected a file or a folder, got `" + target + "`");
        }
        if (checkpoint != null) {
            throw new ParameterException(spec.commandLine(), "--checkpoint: expected a folder to compare it with");
        }
        return bundle(trusted);
    }

    private int folder(Optional<VerifierKey> trusted) throws IOException {
        var out = spec.commandLine().getOut();
        Optional<String> kept = checkpoint == null ? Optional.empty() : Optional.of(text(checkpoint));
        var found = AuditVerifier.verify(target, trusted, kept);
        if (output == Output.json) {
            print(Map.of(
                    "verified", found.good(),
                    "events", found.events(),
                    "covered", found.covered(),
                    "checkpoints", found.checkpoints(),
                    "faults", found.faults().stream().map(String::valueOf).toList(),
                    "faultCount", found.faultCount(),
                    "notes", found.notes(),
                    "key", found.key(),
                    "keyGiven", found.keyGiven()));
            return found.good() ? 0 : CommandLines.FAILED;
        }
        faults(out, found.faults());
        if (found.faultCount() > found.faults().size()) {
            out.println("fault: and " + (found.faultCount() - found.faults().size()) + " more");
        }
        found.notes().forEach(note -> out.println(TerminalText.visible("note: " + note)));
        out.println(TerminalText.counted(found.events(), "event") + ", " + found.covered() + " covered by "
                + TerminalText.counted(found.checkpoints(), "checkpoint"));
        key(out, found.key(), found.keyGiven(), "folder");
        out.println(found.good() ? "verified" : "NOT verified: " + TerminalText.counted(found.faultCount(), "fault"));
        out.flush();
        return found.good() ? 0 : CommandLines.FAILED;
    }

    private int bundle(Optional<VerifierKey> trusted) throws IOException {
        var out = spec.commandLine().getOut();
        var found = EvidenceVerifier.verify(text(target), trusted);
        var events = found.events().stream().map(JSON::readTree).toList();
        if (output == Output.json) {
            print(Map.of(
                    "verified", found.good(),
                    "events", events,
                    "faults", found.faults(),
                    "key", found.key(),
                    "keyGiven", found.keyGiven()));
            return found.good() ? 0 : CommandLines.FAILED;
        }
        AuditTable.print(events, out);
        faults(out, found.faults());
        key(out, found.key(), found.keyGiven(), "bundle");
        out.println(
                found.good()
                        ? "verified: " + TerminalText.counted(events.size(), "event")
                        : "NOT verified: " + TerminalText.counted(found.faults().size(), "fault"));
        out.flush();
        return found.good() ? 0 : CommandLines.FAILED;
    }

    private void print(Map<String, Object> result) {
        var out = spec.commandLine().getOut();
        out.println(TerminalText.JSON.writeValueAsString(new TreeMap<>(result)));
        out.flush();
    }

    private static void faults(PrintWriter out, List<?> faults) {
        faults.forEach(fault -> out.println(TerminalText.visible("fault: " + fault)));
    }

    private static void key(PrintWriter out, String used, boolean given, String what) {
        if (given) {
            out.println(TerminalText.visible("key: " + used) + " (given with --key)");
        } else {
            out.println(TerminalText.visible("key: " + used) + " (found in the " + what
                    + " itself: this shows only that the " + what
                    + " is of one piece; use --key with the key that the log's owner told you)");
        }
    }

    private Optional<VerifierKey> trusted() throws IOException {
        if (key == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(VerifierKey.parse(key.contains("+") ? key : text(Path.of(key))));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage());
        }
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new IOException("`" + file + "` is not text in UTF-8", e);
        }
    }
}
