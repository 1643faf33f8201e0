package io.gatehouse.approvals;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where approvals are kept. Thread-safe; blocks, so it is never called on an event loop. A method that changes something
 * returns once the change is on stable storage. Any exception means that nothing can be said of the change but that it is
 * whole or not there.
 */
public interface ApprovalStore {
    /**
     * Adds a pending approval.
     *
     * @param maxPending how many the requester may have pending and unexpired, this one included
     */
    Insertion insert(StoredApproval created, int maxPending);

    /**
     * Replaces what can change of an approval (state, votes, times, outcome, version, node, unrecorded steps), where the
     * stored version is the one before {@code next}'s.
     *
     * @return false where it is another: nothing was changed
     */
    boolean update(StoredApproval next);

    /** Forgets the unrecorded steps where the stored version is still {@code version}. */
    void recorded(String id, long version);

    Optional<StoredApproval> find(String tenant, String id);

    /** The tenant of an approval that this gateway runs or ran: for the end of a run, which names the id alone. */
    Optional<String> tenantOf(String id);

    /** The one that is {@link ApprovalState#PENDING_APPROVAL}, expired by the clock or not. */
    Optional<StoredApproval> findPending(String tenant, String requester, String requestDigest);

    /** The one that is {@link ApprovalState#APPROVED} and expires first after {@code now}. */
    Optional<StoredApproval> findApproved(String tenant, String requester, String requestDigest, long now);

    /**
     * Newest first.
     *
     * @param state only these, or {@code null} for all
     * @param after only what comes after this place, or {@code null} for the first page
     */
    List<Approval> list(String tenant, @Nullable ApprovalState state, @Nullable Position after, int limit);

    /** Those of any tenant that wait for votes or use though their time is over, the longest overdue first. */
    List<StoredApproval> due(long now, int limit);

    /** Those of any tenant with unrecorded steps, oldest first. */
    List<StoredApproval> unrecorded(int limit);

    /** Those of any tenant that {@code node} was running. */
    List<StoredApproval> executing(String node);

    /** What became of an insertion. */
    enum Insertion {
        INSERTED,
        /** The requester already has one pending for the same request digest. */
        ALREADY_PENDING,
        TOO_MANY_PENDING
    }

    /** A place in the order of a listing. */
    record Position(long createdAt, String id) {}
}
