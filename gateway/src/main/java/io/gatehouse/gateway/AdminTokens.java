package io.gatehouse.gateway;

import io.gatehouse.admin.AdminToken;
import io.gatehouse.config.Secret;
import io.gatehouse.gateway.config.AdminConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who may use the admin listener. Where the configuration names no administrator's token, one is made and kept in a file. */
final class AdminTokens {
    private static final int BYTES = 24;

    private AdminTokens() {}

    /** The file below {@code folder} that holds the token that was made. */
    static Path file(Path folder) {
        return folder.resolve("data").resolve("admin.token");
    }

    static List<AdminToken> of(AdminConfig config, Path folder) {
        var tokens = new ArrayList<AdminToken>();
        var named = config.token();
        tokens.add(AdminToken.of("admin", Set.of(AdminToken.ADMIN, "approver"), named == null ? made(folder) : named));
        for (var token : config.tokens()) {
            var secret = token.token();
            var hash = token.hash();
            tokens.add(
                    secret != null || hash == null
                            ? AdminToken.of(token.name(), token.roles(), required(secret))
                            : new AdminToken(token.name(), token.roles(), hash));
        }
        return tokens;
    }

    private static Secret required(@Nullable Secret secret) {
        if (secret == null) {
            throw new IllegalArgumentException("tokens: expected either `hash` or `token`");
        }
        return secret;
    }

    private static Secret made(Path folder) {
        var file = file(folder);
        try {
            if (Files.exists(file)) {
                return Secret.parse(Files.readString(file).strip());
            }
            var bytes = new byte[BYTES];
            new SecureRandom().nextBytes(bytes);
            var token = HexFormat.of().formatHex(bytes);
            Files.createDirectories(file.getParent());
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, token + "\n", StandardOpenOption.WRITE);
            return Secret.parse(token);
        } catch (IOException failure) {
            throw new UncheckedIOException("the admin token cannot be kept in `" + file + "`", failure);
        }
    }
}
