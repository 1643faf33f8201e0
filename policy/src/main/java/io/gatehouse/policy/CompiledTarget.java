package io.gatehouse.policy;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A target whose patterns are compiled. */
final class CompiledTarget {
    private final TargetPart[] parts;
    private final TargetPattern[][] patterns;

    CompiledTarget(Map<TargetPart, List<TargetPattern>> patterns) {
        var given = new EnumMap<TargetPart, List<TargetPattern>>(TargetPart.class);
        patterns.forEach((part, list) -> {
            if (!list.isEmpty()) {
                given.put(part, list);
            }
        });
        this.parts = given.keySet().toArray(TargetPart[]::new);
        this.patterns = given.values().stream()
                .map(list -> list.toArray(TargetPattern[]::new))
                .toArray(TargetPattern[][]::new);
    }

    /** The first part that does not hold; {@code null} where all do. */
    @Nullable
    TargetPart mismatch(AccessRequest request) {
        for (int i = 0; i < parts.length; i++) {
            if (first(parts[i], patterns[i], request) < 0) {
                return parts[i];
            }
        }
        return null;
    }

    /** Which pattern of {@code part} matches first; -1 where none does, or none is given. */
    int firstMatch(TargetPart part, AccessRequest request) {
        for (int i = 0; i < parts.length; i++) {
            if (parts[i] == part) {
                return first(part, patterns[i], request);
            }
        }
        return -1;
    }

    private static int first(TargetPart part, TargetPattern[] patterns, AccessRequest request) {
        for (int i = 0; i < patterns.length; i++) {
            if (part.matches(patterns[i], request)) {
                return i;
            }
        }
        return -1;
    }

    List<TargetPattern> patterns(TargetPart part) {
        for (int i = 0; i < parts.length; i++) {
            if (parts[i] == part) {
                return List.of(patterns[i]);
            }
        }
        return List.of();
    }
}
