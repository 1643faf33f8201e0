package io.gatehouse.config;

import java.util.LinkedHashSet;
import java.util.Set;

/** Keeps secrets, and whatever came from the environment or another file, out of messages that constructors write. */
final class Redaction {
    private static final int SHORTEST = 4;

    private final Set<String> hidden = new LinkedHashSet<>();

    void hide(Interpolation.Text text, boolean secret) {
        if ((secret || !text.literal()) && !text.value().isEmpty()) {
            hidden.add(text.value());
        }
    }

    /** The message with each of them replaced; very short ones only where they are quoted, or they would garble every message. */
    String clean(String message) {
        var clean = message;
        for (var value : hidden) {
            clean = value.length() < SHORTEST ? clean.replace("`" + value + "`", "`***`") : clean.replace(value, "***");
        }
        return clean;
    }
}
