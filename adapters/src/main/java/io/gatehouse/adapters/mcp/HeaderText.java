package io.gatehouse.adapters.mcp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Values of {@code Mcp-Name} and {@code Mcp-Param-*}: plain ASCII as it is, anything else as {@code =?base64?...?=}. */
final class HeaderText {
    private static final String OPEN = "=?base64?";
    private static final String CLOSE = "?=";

    private HeaderText() {}

    static String encode(String value) {
        boolean plain = value.chars().allMatch(c -> c >= 0x20 && c < 0x7f) && value.equals(value.strip());
        return plain && !wrapped(value) && !value.isEmpty()
                ? value
                : OPEN + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)) + CLOSE;
    }

    /** The value, or {@code null} where the header holds none. */
    static @Nullable String decode(String header) {
        if (!wrapped(header)) {
            return header;
        }
        var inner = header.substring(OPEN.length(), header.length() - CLOSE.length());
        try {
            var bytes = Base64.getDecoder().decode(inner);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return null;
        }
    }

    private static boolean wrapped(String value) {
        return value.length() >= OPEN.length() + CLOSE.length() && value.startsWith(OPEN) && value.endsWith(CLOSE);
    }
}
