package io.gatehouse.approvals;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The requester's side, as the data plane needs it. Nothing here blocks; answers come on any thread. Every change is on
 * stable storage, and its audit event acknowledged by fsync, before an answer says so. Failures are
 * {@link ApprovalException}; any other error means that the store or the audit log is not available.
 */
public interface Approvals {
    /** Opens an approval, or answers the pending one of the same tenant, requester and request digest. */
    Mono<Approval> open(ApprovalDraft draft);

    /** The approval of that id if that requester owns it, else empty: unknown and foreign look alike. */
    Mono<Approval> find(String tenant, String requester, String id);

    /** An approved, unused, unexpired approval for exactly that request, or empty. */
    Mono<Approval> findApproved(String tenant, String requester, String requestDigest);

    /**
     * Takes the approval for its one run: APPROVED to EXECUTING, atomically, one winner. Fails with {@code approval_unknown}
     * (also where it is another's), {@code approval_mismatch} (the request differs from what was approved),
     * {@code approval_pending}, {@code approval_used}, {@code approval_expired}, {@code approval_denied},
     * {@code approval_cancelled}, or {@code approval_void} (the demands now differ from those that were satisfied).
     */
    Mono<Approval> use(Use use);

    /** Records how the run ended: EXECUTING to a final state, or back to APPROVED for {@link Run#NOT_SENT}. */
    Mono<Approval> finish(String id, Run run, String outcome);

    /**
     * Completes with the approval once it is no longer pending (at once if it is not); empty where it is not theirs. Fails with
     * {@code too_many_waiters} where this requester already waits in as many places as it may, {@code approvals_busy} where all
     * together do.
     */
    Mono<Approval> decided(String tenant, String requester, String id);

    /**
     * The approval now and after each change, until it is final; empty where it is not theirs. Slow readers see the latest state
     * only. Fails like {@link #decided}.
     */
    Flux<Approval> changes(String tenant, String requester, String id);

    /** Withdraws it: PENDING_APPROVAL or APPROVED to CANCELLED; {@code approval_conflict} in any other state. */
    Mono<Approval> withdraw(String tenant, String requester, String id);

    /**
     * A request that wants to run on an approval.
     *
     * @param draft made anew from the request and its decision as they stand now
     */
    record Use(String id, ApprovalDraft draft) {}

    /** How a run ended. */
    enum Run {
        SUCCEEDED,
        FAILED,
        /** It may have run. */
        UNKNOWN,
        /** It is certain that nothing was sent. */
        NOT_SENT
    }
}
