package io.gatehouse.proxy.route;

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

        /** Takes an entry whose path matches, if its methods do. */
        boolean takes(Entry<R> entry, String method) {
            if (entry.methods().isEmpty() || entry.methods().contains(method)) {
                route = entry.route();
                return true;
            }
            otherMethod = true;
            return false;
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

        void order() {
            seen.clear();
            // more literal segments first; among equals the closed pattern, then the one that names methods
            var order = Comparator.<Entry<R>>comparingInt(entry -> -entry.path().literals())
                    .thenComparing(entry -> entry.path().open())
                    .thenComparingInt(entry -> -entry.path().segments().size())
                    .thenComparing(entry -> entry.methods().isEmpty());
            exact.values().forEach(list -> list.sort(order));
            patterns.sort(order);
            tree = patterns.isEmpty() ? null : new PatternTree<>(patterns);
        }

        boolean find(String path, String method, Match<R> into) {
            return (!exact.isEmpty() && pick(exact.get(path), method, into))
                    || (tree != null && tree.find(path, method, into));
        }

        private static <R> boolean pick(@Nullable List<Entry<R>> entries, String method, Match<R> into) {
            if (entries != null) {
                for (int i = 0; i < entries.size(); i++) {
                    if (into.takes(entries.get(i), method)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }
}
