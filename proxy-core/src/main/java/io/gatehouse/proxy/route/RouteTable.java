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

    /**
     * Compiles {@code entries}.
     *
     * @throws IllegalArgumentException where two entries tie; the message names both
     */
    public RouteTable(List<Entry<R>> entries) {
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

    /** The paths of one host: exact ones by look-up, the others grouped by first segment and tried in order. */
    private static final class Paths<R> {
        private final Map<String, List<Entry<R>>> exact = new HashMap<>();
        private final Map<String, List<Entry<R>>> byFirst = new HashMap<>();
        private final List<Entry<R>> variableFirst = new ArrayList<>();
        private final Set<String> seen = new HashSet<>();

        void add(Entry<R> entry) {
            for (var method : entry.methods().isEmpty() ? Set.of("*") : entry.methods()) {
                if (!seen.add(method + " " + entry.path().shape())) {
                    throw new IllegalArgumentException("route `" + entry.name() + "` ties with another route for `"
                            + entry.path().text() + "`: expected hosts, path or methods to differ");
                }
            }
            var path = entry.path();
            if (path.isExact()) {
                exact.computeIfAbsent(path.text(), _ -> new ArrayList<>()).add(entry);
                return;
            }
            var first = path.segments().isEmpty() ? null : path.segments().getFirst();
            if (first == null) {
                variableFirst.add(entry);
            } else {
                byFirst.computeIfAbsent(first, _ -> new ArrayList<>()).add(entry);
            }
        }

        void order() {
            // more literal segments first; among equals the closed pattern, then the one that names methods
            var order = Comparator.<Entry<R>>comparingInt(entry -> -entry.path().literals())
                    .thenComparing(entry -> entry.path().open())
                    .thenComparingInt(entry -> -entry.path().segments().size())
                    .thenComparing(entry -> entry.methods().isEmpty());
            exact.values().forEach(list -> list.sort(order));
            byFirst.values().forEach(list -> list.sort(order));
            variableFirst.sort(order);
        }

        boolean find(String path, String method, Match<R> into) {
            if (!exact.isEmpty() && pick(exact.get(path), path, method, into)) {
                return true;
            }
            if (!byFirst.isEmpty()) {
                int slash = path.indexOf('/', 1);
                var first = path.substring(1, slash < 0 ? path.length() : slash);
                if (pick(byFirst.get(first), path, method, into)) {
                    return true;
                }
            }
            return pick(variableFirst, path, method, into);
        }

        private boolean pick(@Nullable List<Entry<R>> entries, String path, String method, Match<R> into) {
            if (entries == null) {
                return false;
            }
            for (int i = 0; i < entries.size(); i++) {
                var entry = entries.get(i);
                if (entry.path().matches(path)) {
                    if (entry.methods().isEmpty() || entry.methods().contains(method)) {
                        into.route = entry.route();
                        return true;
                    }
                    into.otherMethod = true;
                }
            }
            return false;
        }
    }
}
