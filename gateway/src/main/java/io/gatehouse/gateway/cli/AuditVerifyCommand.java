package io.gatehouse.gateway.cli;

import io.gatehouse.audit.evidence.EvidenceVerifier;
import io.gatehouse.audit.file.AuditVerifier;
import io.gatehouse.audit.merkle.VerifierKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gatehouse audit verify}: checks a log's folder or an evidence bundle offline, and names every fault. */
@Command(name = "verify", description = "Verify a log's folder or an evidence bundle, offline.")
final class AuditVerifyCommand implements Callable<Integer> {
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
        found.faults().forEach(fault -> out.println("fault: " + fault));
        if (found.faultCount() > found.faults().size()) {
            out.println("fault: and " + (found.faultCount() - found.faults().size()) + " more");
        }
        found.notes().forEach(note -> out.println("note: " + note));
        out.println(
                found.events() + " events, " + found.covered() + " covered by " + found.checkpoints() + " checkpoints");
        key(out, found.key(), found.keyGiven(), "folder");
        out.println(found.good() ? "verified" : "NOT verified: " + found.faultCount() + " faults");
        return found.good() ? 0 : 1;
    }

    private int bundle(Optional<VerifierKey> trusted) throws IOException {
        var out = spec.commandLine().getOut();
        var found = EvidenceVerifier.verify(text(target), trusted);
        found.events().forEach(out::println);
        found.faults().forEach(fault -> out.println("fault: " + fault));
        key(out, found.key(), found.keyGiven(), "bundle");
        out.println(
                found.good()
                        ? "verified: " + found.events().size() + " events"
                        : "NOT verified: " + found.faults().size() + " faults");
        return found.good() ? 0 : 1;
    }

    private static void key(PrintWriter out, String used, boolean given, String what) {
        if (given) {
            out.println("key: " + used + " (given with --key)");
        } else {
            out.println("key: " + used + " (found in the " + what + " itself: this shows only that the " + what
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
