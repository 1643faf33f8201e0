package io.gatehouse.approvals;

import io.gatehouse.policy.ApprovalDemand;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the requester may see of an approval: never who decides, how many must, what they said, or which policy asks.
 *
 * @param reasons why it is needed
 * @param createdAt epoch milliseconds
 * @param expiresAt epoch milliseconds
 * @param decidedAt epoch milliseconds, or {@code null}
 * @param finishedAt epoch milliseconds, or {@code null}
 * @param outcome stable code of how the run ended, or {@code null}
 */
public record RequesterView(
        String id,
        ApprovalState state,
        String title,
        List<String> reasons,
        long createdAt,
        long expiresAt,
        @Nullable Long decidedAt,
        @Nullable Long finishedAt,
        @Nullable String outcome) {

    public static RequesterView of(Approval approval) {
        return new RequesterView(
                approval.id(),
                approval.state(),
                approval.draft().preview().title(),
                approval.draft().demands().stream()
                        .map(ApprovalDemand::reason)
                        .distinct()
                        .toList(),
                approval.createdAt(),
                approval.expiresAt(),
                approval.decidedAt(),
                approval.finishedAt(),
                approval.outcome());
    }
}
