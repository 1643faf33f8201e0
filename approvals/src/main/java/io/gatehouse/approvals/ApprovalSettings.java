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
 */
public record ApprovalSettings(String node, List<ApprovalLevel> defaultLevels, int maxPending, int maxWaiters) {
    public ApprovalSettings {
        defaultLevels = List.copyOf(defaultLevels);
        if (node.isBlank()) {
            throw new IllegalArgumentException("node: expected a name, got `" + node + "`");
        }
        if (defaultLevels.isEmpty()) {
            throw new IllegalArgumentException("levels: expected at least one");
        }
        if (maxPending < 1 || maxPending > 100_000) {
            throw new IllegalArgumentException("maxPending: expected 1 to 100000, got `" + maxPending + "`");
        }
        if (maxWaiters < 1 || maxWaiters > 1_000_000) {
            throw new IllegalArgumentException("maxWaiters: expected 1 to 1000000, got `" + maxWaiters + "`");
        }
    }

    /** With the usual limits: 100 pending for each requester, 10000 waiters. */
    public ApprovalSettings(String node, List<ApprovalLevel> defaultLevels) {
        this(node, defaultLevels, 100, 10_000);
    }
}
