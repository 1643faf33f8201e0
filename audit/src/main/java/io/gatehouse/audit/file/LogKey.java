package io.gatehouse.audit.file;

import io.gatehouse.audit.AuditDamagedException;
import io.gatehouse.audit.merkle.SigningKey;
import io.gatehouse.audit.merkle.VerifierKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/** Finds a log's signing key, or makes it on the first start. */
final class LogKey {
    private LogKey() {}

    /** Opens the key. A key without its log, or a log without its key, is not begun anew: something was taken away. */
    static SigningKey open(Disk disk, LogFolder folder, String node) throws IOException {
        boolean begun = Files.exists(folder.state());
        boolean key = Files.exists(folder.signingKey());
        boolean published = Files.exists(folder.verifierKey());
        if (!begun && !key) {
            return create(disk, folder, node);
        }
        if (!key) {
            throw new AuditDamagedException(folder.signingKey().getFileName()
                    + ": the log's signing key is missing; restore it, or move the whole log away to begin a new one");
        }
        if (!published) {
            throw new AuditDamagedException(
                    folder.name(folder.verifierKey())
                            + ": missing beside an existing signing key; restore the log, or move the key away to begin a new one");
        }
        return read(folder);
    }

    private static SigningKey read(LogFolder folder) throws IOException {
        try {
            var key = SigningKey.parse(Files.readString(folder.signingKey(), StandardCharsets.ISO_8859_1));
            var published = VerifierKey.parse(Files.readString(folder.verifierKey(), StandardCharsets.ISO_8859_1));
            if (!published.equals(key.verifier())) {
                throw new AuditDamagedException(folder.name(folder.verifierKey()) + ": expected `" + key.verifier()
                        + "`, got `" + published + "`");
            }
            return key;
        } catch (IllegalArgumentException e) {
            throw new AuditDamagedException("the log's keys: " + e.getMessage());
        }
    }

    private static SigningKey create(Disk disk, LogFolder folder, String node) throws IOException {
        var key = SigningKey.generate("gatehouse/audit/" + node);
        LogFolder.replace(disk, folder.verifierKey(), (key.verifier() + "\n").getBytes(StandardCharsets.ISO_8859_1));
        LogFolder.replace(disk, folder.signingKey(), key.export().getBytes(StandardCharsets.ISO_8859_1));
        return key;
    }
}
