package io.gatehouse.gateway.config;

import io.gatehouse.proxy.RouteConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Expands chains that name chains. */
final class Chains {
    private Chains() {}

    /** What a route says of its filters: the list in place, or its chain. */
    static List<FilterSpec> of(RouteConfig<FilterSpec> route) {
        if (route.filters() != null) {
            return route.filters();
        }
        return route.chain() == null ? List.of() : List.of(new FilterSpec.Chain(route.chain()));
    }

    /** Every filter, phase first, then as written. A chain that is named more than once counts once. */
    static List<FilterSpec.Configured<?>> inOrder(Map<String, List<FilterSpec>> chains, List<FilterSpec> filters) {
        List<FilterSpec.Configured<?>> all = new ArrayList<>();
        expand(chains, filters, new HashSet<>(), all);
        all.sort(Comparator.comparing(FilterSpec.Configured::phase));
        return List.copyOf(all);
    }

    private static void expand(
            Map<String, List<FilterSpec>> chains,
            List<FilterSpec> filters,
            Set<String> seen,
            List<FilterSpec.Configured<?>> into) {
        for (var filter : filters) {
            switch (filter) {
                case FilterSpec.Configured<?> configured -> into.add(configured);
                case FilterSpec.Chain(String name) -> {
                    if (seen.add(name)) {
                        expand(chains, chains.getOrDefault(name, List.of()), seen, into);
                    }
                }
            }
        }
    }

    /** The way from a chain back to itself, such as {@code a -> b -> a}; null where there is none. */
    static @Nullable String cycle(Map<String, List<FilterSpec>> chains, String name) {
        return way(chains, name, name, new HashSet<>());
    }

    private static @Nullable String way(
            Map<String, List<FilterSpec>> chains, String from, String to, Set<String> seen) {
        for (var filter : chains.getOrDefault(from, List.of())) {
            if (filter instanceof FilterSpec.Chain(String next)) {
                if (next.equals(to)) {
                    return from + " -> " + to;
                }
                var rest = seen.add(next) ? way(chains, next, to, seen) : null;
                if (rest != null) {
                    return from + " -> " + rest;
                }
            }
        }
        return null;
    }
}
