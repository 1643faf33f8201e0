package io.gatehouse.proxy.route;

import io.gatehouse.proxy.route.Candidate.Ranked;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a request: exact host, then the longest wildcard, then any; then exact path, then more literal segments.
 * A host whose routes do not match the path falls through to the next best host. Immutable.
 *
 * @param <R> what a match yields
 */
public final class RouteTable<R> {
    private final Map<String, Paths<R>> exactHosts = new HashMap<>();
    private final Map<String, Paths<R>> wildcardHosts = new HashMap<>();
    private final Paths<R> anyHost = new Paths<>();
    private final List<R> routes;

    /**
     * Compiles {@code entries}.
     *
     * @throws IllegalArgumentException where two entries tie; the message names both
     */
    public RouteTable(List<Entry<R>> entries) {
        routes = entries.stream().map(Entry::route).toList();
        for (var entry : entries) {
            if (entry.hosts().isEmpty()) {
                anyHost.add(entry);
            }
            for (var host : entry.hosts()) {
                pathsOf(host.toLowerCase(Locale.ROOT)).add(entry);
                if (entry.includeApex() && host.startsWith("*.")) {
                    pathsOf(host.substring(2).toLowerCase(Locale.ROOT)).add(entry);
                }
            }
        }
        exactHosts.values().forEach(Paths::order);
        wildcardHosts.values().forEach(Paths::order);
        anyHost.order();
    }

    /** What the entries yield, in their order. */
    public List<R> routes() {
        return routes;
    }

    private Paths<R> pathsOf(String host) {
        return host.startsWith("*.")
                ? wildcardHosts.computeIfAbsent(host.substring(1), _ -> new Paths<>())
                : exactHosts.computeIfAbsent(host, _ -> new Paths<>());
    }

    /**
     * One route.
     *
     * @param name for messages
     * @param hosts lower-case host names or {@code *.example.com}; empty for any
     * @param methods empty for any
     */
    public record Entry<R>(
            String name, List<String> hosts, boolean includeApex, PathPattern path, Set<String> methods, R route) {}

    /** The answer of a look-up: a route, or whether the path alone would have matched with another method. */
    public static final class Match<R> {
        private @Nullable R route;
        private boolean otherMethod;

        public @Nullable R route() {
            return route;
        }

        /** Says that {@code candidate} is the answer. */
        boolean take(Candidate<R> candidate) {
            route = candidate.route();
            return true;
        }

        /** Says that a path matches, but not the methods. */
        void passOver() {
            otherMethod = true;
        }

        /** Whether only the method kept a route from matching: 405 rather than 404. */
        public boolean otherMethod() {
            return otherMethod;
        }
    }

    /** Looks up a host without port in lower case, a normalised path and a method. {@code into} is overwritten. */
    public void find(String host, String path, String method, Match<R> into) {
        into.route = null;
        into.otherMethod = false;
        if (!exactHosts.isEmpty()) {
            var paths = exactHosts.get(host);
            if (paths != null && paths.find(path, method, into)) {
                return;
            }
        }
        if (!wildcardHosts.isEmpty()) {
            for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
                var paths = dot == 0 ? null : wildcardHosts.get(host.substring(dot));
                if (paths != null && paths.find(path, method, into)) {
                    return;
                }
            }
        }
        anyHost.find(path, method, into);
    }

    /** The paths of one host: exact ones by look-up, the others in a tree of their segments. */
    private static final class Paths<R> {
        private final Map<String, List<Entry<R>>> exact = new HashMap<>();
        private final List<Entry<R>> patterns = new ArrayList<>();
        private final Set<String> seen = new HashSet<>();
        private @Nullable Segments<Candidate<R>> paths;
        private @Nullable PatternTree<R> tree;

        void add(Entry<R> entry) {
            for (var method : entry.methods().isEmpty() ? Set.of("*") : entry.methods()) {
                if (!seen.add(method + " " + entry.path().shape())) {
                    throw new IllegalArgumentException("route `" + entry.name() + "` ties with another route for `"
                            + entry.path().text() + "`: expected hosts, path or methods to differ");
                }
            }
            if (entry.path().isExact()) {
                exact.computeIfAbsent(entry.path().text(), _ -> new ArrayList<>())
                        .add(entry);
            } else {
                patterns.add(entry);
            }
        }

        /** Makes what is looked up of what was added. */
        void order() {
            // more literal segments first; among equals the closed pattern, then the one that names methods
            var order = Comparator.<Entry<R>>comparingInt(entry -> -entry.path().literals())
                    .thenComparing(entry -> entry.path().open())
                    .thenComparingInt(entry -> -entry.path().segments().size())
                    .thenComparing(entry -> entry.methods().isEmpty());
            if (!exact.isEmpty()) {
                var made = new Segments<Candidate<R>>(exact.size());
                exact.forEach((path, entries) -> made.put(path, Candidate.first(ranked(entries, order))));
                paths = made;
            }
            tree = patterns.isEmpty() ? null : new PatternTree<>(ranked(patterns, order));
            seen.clear();
            exact.clear();
            patterns.clear();
        }

        private static <R> List<Ranked<R>> ranked(List<Entry<R>> entries, Comparator<Entry<R>> order) {
            var ranked = new ArrayList<Ranked<R>>();
            entries.stream().sorted(order).forEach(entry -> ranked.add(new Ranked<>(ranked.size(), entry)));
            return ranked;
        }

        boolean find(String path, String method, Match<R> into) {
            return (paths != null && pick(paths.get(path), method, into))
                    || (tree != null && tree.find(path, method, into));
        }

        private static <R> boolean pick(@Nullable Candidate<R> first, String method, Match<R> into) {
            for (var candidate = first; candidate != null; candidate = candidate.next()) {
                if (candidate.takes(method)) {
                    return into.take(candidate);
                }
                into.passOver();
            }
            return false;
        }
    }
}
