package io.gatehouse.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Under what a measurement was taken: machine, versions, options. */
record Facts(Map<String, String> values) {
    /** Reads lines such as {@code cpus=2}. */
    static Facts read(Path file) throws IOException {
        return new Facts(Files.readAllLines(file).stream()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (one, two) -> two, LinkedHashMap::new)));
    }

    String get(String name) {
        return values.getOrDefault(name, "");
    }

    String table() {
        var text = new StringBuilder();
        values.forEach((name, value) -> text.append("%-12s %s%n".formatted(name, value)));
        return text.toString();
    }

    /** The fields of a JSON object, without its braces. */
    String json() {
        return values.entrySet().stream()
                .map(fact -> "    %s: %s".formatted(Figures.quote(fact.getKey()), Figures.quote(fact.getValue())))
                .collect(Collectors.joining(",\n"));
    }
}
