package io.gatehouse.approvals;

import org.jspecify.annotations.Nullable;

/**
 * One step of an approval, as the audit log is told of it. Stored with the change that it describes, until the log has it.
 *
 * @param kind what was done
 * @param actor {@code type:id} of who did it, or {@code null} where the gateway did
 * @param requestId the request that caused it, or {@code null}
 * @param reason an approver's words, or {@code null}
 * @param outcome stable code of how a run ended, or {@code null}
 * @param level index of the level that a vote went to, or {@code null}
 * @param state where the approval stood after it
 * @param version the approval's version after it
 * @param at epoch milliseconds
 */
public record ApprovalStep(
        Kind kind,
        @Nullable String actor,
        @Nullable String requestId,
        @Nullable String reason,
        @Nullable String outcome,
        @Nullable Integer level,
        ApprovalState state,
        long version,
        long at) {

    /** What can be done with an approval; {@link #action} is its stable name in the log. */
    public enum Kind {
        OPEN("approval.open"),
        APPROVE("approval.approve"),
        DENY("approval.deny"),
        WITHDRAW("approval.withdraw"),
        /** The same request now needs other levels: a new approval takes the place of this one. */
        SUPERSEDE("approval.supersede"),
        EXPIRE("approval.expire"),
        USE("approval.use"),
        /** Nothing was sent, so the grant may be used again. */
        RETURN("approval.return"),
        FINISH("approval.finish"),
        /** The gateway went down between the intent and the outcome. */
        LOSE("approval.lose");

        private final String action;

        Kind(String action) {
            this.action = action;
        }

        public String action() {
            return action;
        }
    }
}
