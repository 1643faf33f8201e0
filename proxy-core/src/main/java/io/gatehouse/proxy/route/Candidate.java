package io.gatehouse.proxy.route;

import io.gatehouse.proxy.route.RouteTable.Entry;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A route that may be the answer where its path matches. Those of one place hang together, first in order first: with thousands of
 * routes each object on the way costs a miss of the cache, so there is no list between.
 *
 * @param rank its place in the order of all
 * @param methods {@code null} for any
 */
record Candidate<R>(
        int rank,
        @Nullable Set<String> methods,
        R route,
        @Nullable Candidate<R> next) {
    /** An entry and its place in the order of all. */
    record Ranked<R>(int rank, Entry<R> entry) {
        private Candidate<R> candidate(@Nullable Candidate<R> next) {
            return new Candidate<>(rank, entry.methods().isEmpty() ? null : entry.methods(), entry.route(), next);
        }
    }

    /** The first of {@code ranked}, which stand in order and are at least one. */
    static <R> Candidate<R> first(List<Ranked<R>> ranked) {
        var first = ranked.getLast().candidate(null);
        for (int i = ranked.size() - 2; i >= 0; i--) {
            first = ranked.get(i).candidate(first);
        }
        return first;
    }

    /** Whether it takes the method too. */
    boolean takes(String method) {
        return methods == null || methods.contains(method);
    }
}
