package io.gatehouse.config;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Keys that other versions know, as paths in which {@code *} stands for any name or index: {@code upstreams.*.balance}. */
final class PlannedKeys {
    private final List<Pattern> patterns;

    PlannedKeys(Collection<String> paths) {
        this.patterns = paths.stream().map(PlannedKeys::pattern).toList();
    }

    private static Pattern pattern(String path) {
        return Pattern.compile(
                Stream.of(path.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining("[^.\\[\\]]+")));
    }

    boolean contains(String path) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(path).matches());
    }
}
