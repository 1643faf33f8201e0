package io.gatehouse.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what is wrong with one file. */
final class Problems {
    private static final int MOST = 200;

    private final String file;
    private final Set<ConfigError> errors = new LinkedHashSet<>();

    Problems(String file) {
        this.file = file;
    }

    void add(Position at, String path, String message) {
        errors.add(new ConfigError(file, at.line(), at.column(), path, message));
    }

    boolean isEmpty() {
        return errors.isEmpty();
    }

    /** In the order of the file, and not more than a person would read. */
    List<ConfigError> inOrder() {
        var sorted = new ArrayList<>(errors);
        sorted.sort(Comparator.comparingInt(ConfigError::line).thenComparingInt(ConfigError::column));
        return List.copyOf(sorted.subList(0, Math.min(MOST, sorted.size())));
    }
}
