package io.gatehouse.approvals;

import io.gatehouse.policy.Principal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The approver's side. Blocks: call it from a virtual thread. Failures are {@link ApprovalException}. */
public interface ApproverDesk {
    /**
     * Newest first.
     *
     * @param state only these, or {@code null} for all
     * @param cursor {@link Page#nextCursor} of the page before, or {@code null}
     * @param limit 1-100
     */
    Page list(String tenant, @Nullable ApprovalState state, @Nullable String cursor, int limit);

    Optional<Approval> show(String tenant, String id);

    /**
     * Votes. Fails with {@code approval_unknown}, {@code approval_conflict} (no longer pending), {@code approval_expired},
     * {@code self_approval}, {@code not_an_approver}, or {@code already_voted}.
     *
     * @param decisionDigest of what the approver saw: {@code approval_mismatch} where the record differs
     * @param reason the approver's words, at most 1000 characters; required for a denial
     */
    Approval vote(String id, Principal approver, boolean approve, String reason, String decisionDigest);

    /**
     * One page.
     *
     * @param nextCursor for the next page, or {@code null} on the last
     */
    record Page(List<Approval> items, @Nullable String nextCursor) {}
}
