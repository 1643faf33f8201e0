package io.gatehouse.approvals;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An approval as it is kept.
 *
 * @param node the node that runs it, while it is {@link ApprovalState#EXECUTING}; else {@code null}
 * @param unrecorded steps that the audit log may not have yet, oldest first: nothing follows them, and no answer tells of
 *     them, before it has
 */
public record StoredApproval(Approval approval, @Nullable String node, List<ApprovalStep> unrecorded) {
    public StoredApproval {
        unrecorded = List.copyOf(unrecorded);
    }
}
