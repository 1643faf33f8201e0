package io.gatehouse.approvals;

import java.util.Locale;

/** Where an approval stands. Any step that is not listed here is refused as a conflict. */
public enum ApprovalState {
    /** Waits for votes: to APPROVED, REJECTED, EXPIRED, CANCELLED. */
    PENDING_APPROVAL,
    /** May be used once: to EXECUTING, EXPIRED, CANCELLED. */
    APPROVED,
    /** An intent to run is on stable storage: to SUCCEEDED, FAILED, OUTCOME_UNKNOWN, or back to APPROVED if nothing was sent. */
    EXECUTING,
    /** Ran, and the engine answered. */
    SUCCEEDED,
    /** Ran, and the engine answered with a failure. */
    FAILED,
    /** May have run: never run again by itself, shown to a person. */
    OUTCOME_UNKNOWN,
    REJECTED,
    EXPIRED,
    /** Withdrawn by the requester. */
    CANCELLED;

    /** Lower case, as on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether nothing can follow. */
    public boolean isFinal() {
        return switch (this) {
            case PENDING_APPROVAL, APPROVED, EXECUTING -> false;
            case SUCCEEDED, FAILED, OUTCOME_UNKNOWN, REJECTED, EXPIRED, CANCELLED -> true;
        };
    }
}
