package io.gatehouse.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A secret value: prints as {@code ***}, and compares in constant time. */
public final class Secret {
    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    public static Secret parse(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("expected a secret, got an empty value");
        }
        return new Secret(text);
    }

    /** The value itself: hand it to what needs it, never to a message. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret
                && MessageDigest.isEqual(
                        value.getBytes(StandardCharsets.UTF_8), secret.value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int hashCode() {
        return 0; // a hash would tell something of the value; secrets are no map keys
    }

    @Override
    public String toString() {
        return "***";
    }
}
