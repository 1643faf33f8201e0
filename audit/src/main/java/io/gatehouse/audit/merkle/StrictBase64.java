package io.gatehouse.audit.merkle;

import java.util.Base64;

/** Base 64 (RFC 4648 section 4) of which each value has exactly one spelling, so that no bit of it can be changed unseen. */
public final class StrictBase64 {
    private StrictBase64() {}

    public static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Decodes, or throws {@link IllegalArgumentException}. */
    public static byte[] decode(String text) {
        byte[] bytes = Base64.getDecoder().decode(text);
        if (!encode(bytes).equals(text)) {
            throw new IllegalArgumentException("expected canonical base 64, got `" + text + "`");
        }
        return bytes;
    }
}
