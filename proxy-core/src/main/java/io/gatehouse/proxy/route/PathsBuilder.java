package io.gatehouse.proxy.route;

import io.gatehouse.proxy.route.Candidate.Ranked;
import io.gatehouse.proxy.route.RouteTable.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The routes of one host while they are gathered. */
final class PathsBuilder<R> {
    private final Map<String, List<Entry<R>>> exact = new HashMap<>();
    private final List<Entry<R>> patterns = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    /**
     * Takes one more.
     *
     * @throws IllegalArgumentException where it ties with one that is there
     */
    void add(Entry<R> entry) {
        for (var method : entry.methods().isEmpty() ? Set.of("*") : entry.methods()) {
            if (!seen.add(method + " " + entry.path().shape())) {
                throw new IllegalArgumentException("route `" + entry.name() + "` ties with another route for `"
                        + entry.path().text() + "`: expected hosts, path or methods to differ");
            }
        }
        if (entry.path().isExact()) {
            exact.computeIfAbsent(entry.path().text(), _ -> new ArrayList<>()).add(entry);
        } else {
            patterns.add(entry);
        }
    }

    RouteTable.Paths<R> build() {
        // more literal segments first; among equals the closed pattern, then the one that names methods
        var order = Comparator.<Entry<R>>comparingInt(entry -> -entry.path().literals())
                .thenComparing(entry -> entry.path().open())
                .thenComparingInt(entry -> -entry.path().segments().size())
                .thenComparing(entry -> entry.methods().isEmpty());
        var paths = new Segments<Candidate<R>>(exact.size());
        exact.forEach((path, entries) -> paths.put(path, Candidate.first(ranked(entries, order))));
        return new RouteTable.Paths<>(
                exact.isEmpty() ? null : paths, patterns.isEmpty() ? null : new PatternTree<>(ranked(patterns, order)));
    }

    private static <R> List<Ranked<R>> ranked(List<Entry<R>> entries, Comparator<Entry<R>> order) {
        var ranked = new ArrayList<Ranked<R>>();
        entries.stream().sorted(order).forEach(entry -> ranked.add(new Ranked<>(ranked.size(), entry)));
        return ranked;
    }
}
