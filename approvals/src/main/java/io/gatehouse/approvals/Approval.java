package io.gatehouse.approvals;

import io.gatehouse.policy.ApprovalLevel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An approval as it stands.
 *
 * @param id {@code apr_} and 26 characters, unguessable
 * @param draft what was asked
 * @param decisionDigest over the request digest, the preview, and the ids and hashes of the determining policies; lower-case
 *     hexadecimal SHA-256
 * @param levels what must be satisfied, defaults filled in
 * @param state where it stands
 * @param votes in the order in which they were given
 * @param createdAt epoch milliseconds
 * @param expiresAt epoch milliseconds; after it, neither votes nor use
 * @param decidedAt epoch milliseconds, or {@code null}
 * @param finishedAt epoch milliseconds, or {@code null}
 * @param outcome stable code of how the run ended, or {@code null}
 * @param version grows by one with each change
 */
public record Approval(
        String id,
        ApprovalDraft draft,
        String decisionDigest,
        List<ApprovalLevel> levels,
        ApprovalState state,
        List<Vote> votes,
        long createdAt,
        long expiresAt,
        @Nullable Long decidedAt,
        @Nullable Long finishedAt,
        @Nullable String outcome,
        long version) {
    public Approval {
        levels = List.copyOf(levels);
        votes = List.copyOf(votes);
    }

    /**
     * One vote.
     *
     * @param approver {@code type:id}
     * @param level index of the level, from 0
     * @param reason the approver's words, plain text
     * @param at epoch milliseconds
     */
    public record Vote(String approver, int level, boolean approve, String reason, long at) {}
}
