package io.gatehouse.policy;

import io.gatehouse.policy.condition.Truth;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The policies that matched so far, as a node of a tree: each edge is one more policy. Nodes without failures are kept, up to
 * a bound, and with them their decision, so that a set of policies that matched before allocates nothing.
 */
final class Matched {
    static final int MAX_KEPT = 8_192;

    private final @Nullable Matched before;
    private final @Nullable CompiledPolicy policy;
    private final Truth.@Nullable Failure failure;
    private final String version;
    private final AtomicInteger kept;
    private final @Nullable ConcurrentHashMap<CompiledPolicy, Matched> next;
    private volatile @Nullable Decision decision;

    private Matched(
            @Nullable Matched before,
            @Nullable CompiledPolicy policy,
            Truth.@Nullable Failure failure,
            String version,
            AtomicInteger kept,
            boolean keep) {
        this.before = before;
        this.policy = policy;
        this.failure = failure;
        this.version = version;
        this.kept = kept;
        this.next = keep ? new ConcurrentHashMap<>(2) : null;
    }

    static Matched none(String version) {
        return new Matched(null, null, null, version, new AtomicInteger(), true);
    }

    /** Evaluates the conditions of {@code candidate}, whose target matched. */
    Matched judge(CompiledPolicy candidate, AccessRequest request) {
        return switch (candidate.conditions(request)) {
            case Truth.Known known -> known == Truth.Known.TRUE ? with(candidate) : this;
            case Truth.Failure reason -> new Matched(this, candidate, reason, version, kept, false);
        };
    }

    private Matched with(CompiledPolicy matched) {
        if (next == null) {
            return new Matched(this, matched, null, version, kept, false);
        }
        var known = next.get(matched);
        return known == null ? grow(next, matched) : known;
    }

    private Matched grow(ConcurrentHashMap<CompiledPolicy, Matched> children, CompiledPolicy matched) {
        if (kept.get() >= MAX_KEPT) {
            return new Matched(this, matched, null, version, kept, false);
        }
        kept.incrementAndGet();
        var added = new Matched(this, matched, null, version, kept, true);
        var other = children.putIfAbsent(matched, added);
        return other == null ? added : other;
    }

    Decision decision() {
        var known = decision;
        if (known == null) {
            known = Combining.decide(steps(), version);
            decision = known;
        }
        return known;
    }

    /** How many nodes are kept; racing threads may pass the bound by one each. */
    int kept() {
        return kept.get();
    }

    /** A policy that matched, or one whose condition failed. */
    record Step(CompiledPolicy policy, Truth.@Nullable Failure failure) {}

    private List<Step> steps() {
        var steps = new ArrayList<Step>();
        for (var at = this; at != null && at.policy != null; at = at.before) {
            steps.add(new Step(at.policy, at.failure));
        }
        return steps;
    }
}
