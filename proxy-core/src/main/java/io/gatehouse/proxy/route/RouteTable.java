package io.gatehouse.proxy.route;

import java.util.HashMap;
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
    private final Map<String, Paths<R>> exactHosts;
    private final Map<String, Paths<R>> wildcardHosts;
    private final Paths<R> anyHost;
    private final List<R> routes;

    /**
     * Compiles {@code entries}.
     *
     * @throws IllegalArgumentException where two entries tie; the message names both
     */
    public RouteTable(List<Entry<R>> entries) {
        routes = entries.stream().map(Entry::route).toList();
        var exact = new HashMap<String, PathsBuilder<R>>();
        var wildcard = new HashMap<String, PathsBuilder<R>>();
        var any = new PathsBuilder<R>();
        for (var entry : entries) {
            if (entry.hosts().isEmpty()) {
                any.add(entry);
            }
            for (var named : entry.hosts()) {
                var host = named.toLowerCase(Locale.ROOT);
                if (!host.startsWith("*.")) {
                    exact.computeIfAbsent(host, _ -> new PathsBuilder<>()).add(entry);
                    continue;
                }
                wildcard.computeIfAbsent(host.substring(1), _ -> new PathsBuilder<>())
                        .add(entry);
                if (entry.includeApex()) {
                    exact.computeIfAbsent(host.substring(2), _ -> new PathsBuilder<>())
                            .add(entry);
                }
            }
        }
        exactHosts = built(exact);
        wildcardHosts = built(wildcard);
        anyHost = any.build();
    }

    private static <R> Map<String, Paths<R>> built(Map<String, PathsBuilder<R>> builders) {
        var built = new HashMap<String, Paths<R>>();
        builders.forEach((host, builder) -> built.put(host, builder.build()));
        return built;
    }

    /** What the entries yield, in their order. */
    public List<R> routes() {
        return routes;
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
    record Paths<R>(
            @Nullable Segments<Candidate<R>> exact,
            @Nullable PatternTree<R> tree) {
        boolean find(String path, String method, Match<R> into) {
            return (exact != null && pick(exact.get(path), method, into))
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
