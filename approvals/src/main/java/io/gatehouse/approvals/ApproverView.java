package io.gatehouse.approvals;

import io.gatehouse.approvals.Approval.Vote;
import io.gatehouse.approvals.ApprovalDraft.Preview;
import io.gatehouse.policy.ApprovalLevel;
import io.gatehouse.policy.Decision.PolicyReference;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What an approver sees of an approval. Everything in {@code preview} is text from strangers.
 *
 * @param decisionDigest to be handed back with the vote
 * @param why which policy asks, and its reason
 * @param levels in order, with how far each is
 * @param currentLevel index of the level that waits for votes, or {@code null} where none does
 * @param createdAt epoch milliseconds
 * @param expiresAt epoch milliseconds
 * @param decidedAt epoch milliseconds, or {@code null}
 * @param finishedAt epoch milliseconds, or {@code null}
 * @param outcome stable code of how the run ended, or {@code null}
 */
public record ApproverView(
        String id,
        ApprovalState state,
        String requester,
        String route,
        String requestId,
        Preview preview,
        String decisionDigest,
        List<Why> why,
        List<PolicyReference> policies,
        String policyVersion,
        List<LevelProgress> levels,
        @Nullable Integer currentLevel,
        List<Vote> votes,
        long createdAt,
        long expiresAt,
        @Nullable Long decidedAt,
        @Nullable Long finishedAt,
        @Nullable String outcome) {

    /** One reason to stop. */
    public record Why(String source, String reason) {}

    /** One level, and how many have approved on it. */
    public record LevelProgress(ApprovalLevel level, int approvals) {}

    public static ApproverView of(Approval approval) {
        ApprovalDraft draft = approval.draft();
        boolean pending = approval.state() == ApprovalState.PENDING_APPROVAL;
        return new ApproverView(
                approval.id(),
                approval.state(),
                draft.requester(),
                draft.route(),
                draft.requestId(),
                draft.preview(),
                approval.decisionDigest(),
                draft.demands().stream()
                        .map(demand -> new Why(demand.source(), demand.reason()))
                        .toList(),
                draft.policies(),
                draft.policyVersion(),
                IntStream.range(0, approval.levels().size())
                        .mapToObj(level -> new LevelProgress(
                                approval.levels().get(level), (int) Levels.approvals(approval.votes(), level)))
                        .toList(),
                pending ? Levels.current(approval.levels(), approval.votes()) : null,
                approval.votes(),
                approval.createdAt(),
                approval.expiresAt(),
                approval.decidedAt(),
                approval.finishedAt(),
                approval.outcome());
    }
}
