package io.gatehouse.proxy.route;

import io.gatehouse.proxy.route.RouteTable.Entry;
import io.gatehouse.proxy.route.RouteTable.Match;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Path patterns as a tree of their segments, so that a look-up costs as much as its path is long and not as many patterns as
 * there are. Of all that match, the first in order is the answer. Immutable.
 */
final class PatternTree<R> {
    private final Node<R> root;

    /** A tree; {@code patterns} stand in the order in which they are tried. */
    PatternTree(List<Entry<R>> patterns) {
        var builder = new Builder<R>();
        for (int rank = 0; rank < patterns.size(); rank++) {
            builder.add(new Ranked<>(rank, patterns.get(rank)));
        }
        root = builder.build();
    }

    private record Ranked<R>(int rank, Entry<R> entry) {}

    /** Finds the first pattern that takes both. */
    boolean find(String path, String method, Match<R> into) {
        var best = root.find(path, 0, method, into, null);
        if (best == null) {
            return false;
        }
        return into.takes(best.entry(), method);
    }

    /** What grows while patterns are added. */
    private static final class Builder<R> {
        private final Map<String, Builder<R>> literal = new HashMap<>();
        private final List<Ranked<R>> closed = new ArrayList<>();
        private final List<Ranked<R>> open = new ArrayList<>();
        private @Nullable Builder<R> variable;

        @SuppressWarnings("NullAway") // a variable segment is null by design
        void add(Ranked<R> pattern) {
            var at = this;
            for (var segment : pattern.entry().path().segments()) {
                at = segment == null ? at.variable() : at.literal.computeIfAbsent(segment, _ -> new Builder<>());
            }
            (pattern.entry().path().open() ? at.open : at.closed).add(pattern);
        }

        private Builder<R> variable() {
            var present = variable;
            if (present == null) {
                present = new Builder<>();
                variable = present;
            }
            return present;
        }

        Node<R> build() {
            var children = new Segments<Node<R>>(literal.size());
            literal.forEach((segment, child) -> children.put(segment, child.build()));
            return new Node<>(
                    children, variable == null ? null : variable.build(), List.copyOf(closed), List.copyOf(open));
        }
    }

    /** Where patterns end ({@code closed}), go on with anything ({@code open}), or go on with another segment. */
    private static final class Node<R> {
        private final Segments<Node<R>> literal;
        private final @Nullable Node<R> variable;
        private final List<Ranked<R>> closed;
        private final List<Ranked<R>> open;
        /** The first in order of all that are here and below. */
        private final int first;

        Node(Segments<Node<R>> literal, @Nullable Node<R> variable, List<Ranked<R>> closed, List<Ranked<R>> open) {
            this.literal = literal;
            this.variable = variable;
            this.closed = closed;
            this.open = open;
            int least = variable == null ? Integer.MAX_VALUE : variable.first;
            for (var child : literal.values()) {
                least = Math.min(least, child.first);
            }
            least = closed.isEmpty() ? least : Math.min(least, closed.getFirst().rank());
            this.first =
                    open.isEmpty() ? least : Math.min(least, open.getFirst().rank());
        }

        /** The first in order of {@code best} and whatever matches from the slash at {@code slash} on. */
        @Nullable
        Ranked<R> find(String path, int slash, String method, Match<R> into, @Nullable Ranked<R> best) {
            if (best != null && best.rank() < first) {
                return best;
            }
            var found = best(open, method, into, best);
            if (slash >= path.length()) {
                return best(closed, method, into, found);
            }
            int next = path.indexOf('/', slash + 1);
            int end = next < 0 ? path.length() : next;
            var child = literal.get(path, slash + 1, end);
            if (child != null) {
                found = child.find(path, end, method, into, found);
            }
            // a variable stands for one segment that is not empty
            return variable == null || end == slash + 1 ? found : variable.find(path, end, method, into, found);
        }

        private static <R> @Nullable Ranked<R> best(
                List<Ranked<R>> here, String method, Match<R> into, @Nullable Ranked<R> best) {
            for (int i = 0; i < here.size(); i++) {
                var candidate = here.get(i);
                if (best != null && best.rank() < candidate.rank()) {
                    return best;
                }
                if (into.takes(candidate.entry(), method)) {
                    return candidate;
                }
            }
            return best;
        }
    }
}
