package io.gatehouse.gateway.config;

import io.gatehouse.config.ConfigError;
import io.gatehouse.config.Substitution;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Remembers what was put into a configuration from variables and files, so that no error repeats it: it may be a secret. */
final class Insertions implements Substitution {
    /** What is shorter is no secret, and would be found in words. */
    private static final int SHORTEST = 8;

    private final Substitution source;
    private final Set<String> inserted = ConcurrentHashMap.newKeySet();

    Insertions(Substitution source) {
        this.source = source;
    }

    @Override
    public @Nullable String variable(String name) {
        var value = source.variable(name);
        return value == null ? null : remembered(value);
    }

    @Override
    public String file(String path) throws IOException {
        return remembered(source.file(path));
    }

    private String remembered(String value) {
        var text = value.strip();
        if (text.length() >= SHORTEST) {
            inserted.add(text);
        }
        return value;
    }

    /** The error, without what was put in. */
    ConfigError masked(ConfigError error) {
        return new ConfigError(error.file(), error.line(), error.column(), error.path(), masked(error.message()));
    }

    /** The message, without what was put in. */
    String masked(String message) {
        var masked = message;
        for (var text : inserted) {
            masked = masked.replace(text, "***");
        }
        return masked;
    }
}
