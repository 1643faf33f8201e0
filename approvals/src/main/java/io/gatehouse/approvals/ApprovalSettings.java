package io.gatehouse.approvals;

import io.gatehouse.policy.ApprovalLevel;
import java.util.List;

/**
 * What the operator may choose.
 *
 * @param node name of this node: its runs are looked after when it starts again
 * @param defaultLevels for demands that name none, at least one
 * @param maxPending how many approvals a requester may have pending, 1-100000
 * @param maxWaiters how many may wait for changes at a time, 1-1000000
 * @param maxWaitersEach how many of them may be one requester's, 1-1000000
 */
public record ApprovalSettings(
        String node, List<ApprovalLevel> defaultLevels, int maxPending, int maxWaiters, int maxWaitersEach) {
    public ApprovalSettings {
        defaultLevels = List.copyOf(defaultLevels);
        if (node.isBlank()) {
            throw new IllegalArgumentException("node: expected a name, got `" + node + "`");
        }
        if (defaultLevels.isEmpty()) {
            throw new IllegalArgumentException("levels: expected at least one");
        }
        requireWithin("maxPending", maxPending, 100_000);
        requireWithin("maxWaiters", maxWaiters, 1_000_000);
        requireWithin("maxWaitersEach", maxWaitersEach, 1_000_000);
    }

    /** With the usual limits: 100 pending and 100 waiters for each requester, 10000 waiters in all. */
    public ApprovalSettings(String node, List<ApprovalLevel> defaultLevels) {
        this(node, defaultLevels, 100, 10_000, 100);
    }

    private static void requireWithin(String key, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(key + ": expected 1 to " + most + ", got `" + value + "`");
        }
    }
}
