package io.gatehouse.proxy.route;

import io.gatehouse.proxy.route.Candidate.Ranked;
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
    PatternTree(List<Ranked<R>> patterns) {
        var builder = new Builder<R>();
        patterns.forEach(builder::add);
        root = builder.build();
    }

    /** Finds the first pattern that takes both. */
    boolean find(String path, String method, Match<R> into) {
        var best = root.find(path, 0, method, into, null);
        return best != null && into.take(best);
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
            var children = literal.isEmpty() ? null : new Segments<Node<R>>(literal.size());
            if (children != null) {
                literal.forEach((segment, child) -> children.put(segment, child.build()));
            }
            return new Node<>(
                    children,
                    variable == null ? null : variable.build(),
                    closed.isEmpty() ? null : Candidate.first(closed),
                    open.isEmpty() ? null : Candidate.first(open));
        }
    }

    /** Where patterns end ({@code closed}), go on with anything ({@code open}), or go on with another segment. */
    private static final class Node<R> {
        private final @Nullable Segments<Node<R>> literal;
        private final @Nullable Node<R> variable;
        private final @Nullable Candidate<R> closed;
        private final @Nullable Candidate<R> open;
        /** The first in order of all that are here and below. */
        private final int first;

        Node(
                @Nullable Segments<Node<R>> literal,
                @Nullable Node<R> variable,
                @Nullable Candidate<R> closed,
                @Nullable Candidate<R> open) {
            this.literal = literal;
            this.variable = variable;
            this.closed = closed;
            this.open = open;
            int least = variable == null ? Integer.MAX_VALUE : variable.first;
            if (literal != null) {
                for (var child : literal.values()) {
                    least = Math.min(least, child.first);
                }
            }
            least = closed == null ? least : Math.min(least, closed.rank());
            this.first = open == null ? least : Math.min(least, open.rank());
        }

        /** The first in order of {@code best} and whatever matches from the slash at {@code slash} on. */
        @Nullable
        Candidate<R> find(String path, int slash, String method, Match<R> into, @Nullable Candidate<R> best) {
            if (best != null && best.rank() < first) {
                return best;
            }
            var found = best(open, method, into, best);
            if (slash >= path.length()) {
                return best(closed, method, into, found);
            }
            int next = path.indexOf('/', slash + 1);
            int end = next < 0 ? path.length() : next;
            var child = literal == null ? null : literal.get(path, slash + 1, end);
            if (child != null) {
                found = child.find(path, end, method, into, found);
            }
            // a variable stands for one segment that is not empty
            return variable == null || end == slash + 1 ? found : variable.find(path, end, method, into, found);
        }

        private static <R> @Nullable Candidate<R> best(
                @Nullable Candidate<R> here, String method, Match<R> into, @Nullable Candidate<R> best) {
            for (var candidate = here; candidate != null; candidate = candidate.next()) {
                if (best != null && best.rank() < candidate.rank()) {
                    return best;
                }
                if (candidate.takes(method)) {
                    return candidate;
                }
                into.passOver();
            }
            return best;
        }
    }
}
