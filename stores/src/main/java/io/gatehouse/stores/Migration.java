package io.gatehouse.stores;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * One step of the schema, never edited once it was released.
 *
 * @param version from 1, without gaps
 * @param name for people
 * @param sql statements, each ended by a semicolon at the end of a line
 */
record Migration(int version, String name, String sql) {
    /** Every step of Gatehouse's schema, in order. */
    static final List<Migration> ALL = List.of(resource(1, "approvals"));

    private static Migration resource(int version, String name) {
        String file = "%04d_%s.sql".formatted(version, name);
        try (InputStream in = Migration.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("migration `" + file + "` is missing from this build");
            }
            return new Migration(version, name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> statements() {
        return Stream.of(sql.split(";\\s*\\n"))
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .toList();
    }

    /** Lower-case hexadecimal SHA-256. */
    String checksum() {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(sql.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }
}
