package io.gatehouse.stores;

import io.gatehouse.approvals.Approval;
import io.gatehouse.approvals.ApprovalState;
import io.gatehouse.approvals.ApprovalStore;
import io.gatehouse.approvals.StoredApproval;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Approvals in memory: gone with the process, so for tests and trials only. */
public final class MemoryApprovalStore implements ApprovalStore {
    private static final Comparator<StoredApproval> OLDEST = Comparator.comparingLong(
                    (StoredApproval stored) -> stored.approval().createdAt())
            .thenComparing(stored -> stored.approval().id());
    private static final Comparator<StoredApproval> FIRST_TO_EXPIRE = Comparator.comparingLong(
                    (StoredApproval stored) -> stored.approval().expiresAt())
            .thenComparing(stored -> stored.approval().id());

    private final Map<String, StoredApproval> approvals = new HashMap<>();

    @Override
    public synchronized Insertion insert(StoredApproval created, int maxPending) {
        Approval approval = created.approval();
        var draft = approval.draft();
        long pending = all(state(ApprovalState.PENDING_APPROVAL))
                .map(StoredApproval::approval)
                .filter(other -> other.draft().tenant().equals(draft.tenant())
                        && other.draft().requester().equals(draft.requester())
                        && other.expiresAt() > approval.createdAt())
                .count();
        if (pending >= maxPending) {
            return Insertion.TOO_MANY_PENDING;
        }
        if (findPending(draft.tenant(), draft.requester(), draft.requestDigest())
                .isPresent()) {
            return Insertion.ALREADY_PENDING;
        }
        if (approvals.putIfAbsent(approval.id(), created) != null) {
            throw new IllegalStateException("approval `" + approval.id() + "` is there already");
        }
        return Insertion.INSERTED;
    }

    @Override
    public synchronized boolean update(StoredApproval next) {
        StoredApproval stored = approvals.get(next.approval().id());
        if (stored == null || stored.approval().version() != next.approval().version() - 1) {
            return false;
        }
        approvals.put(next.approval().id(), next);
        return true;
    }

    @Override
    public synchronized void recorded(String id, long version) {
        approvals.computeIfPresent(
                id,
                (key, stored) -> stored.approval().version() == version
                        ? new StoredApproval(stored.approval(), stored.node(), List.of())
                        : stored);
    }

    @Override
    public synchronized Optional<StoredApproval> find(String tenant, String id) {
        return Optional.ofNullable(approvals.get(id))
                .filter(stored -> stored.approval().draft().tenant().equals(tenant));
    }

    @Override
    public synchronized Optional<String> tenantOf(String id) {
        return Optional.ofNullable(approvals.get(id))
                .map(stored -> stored.approval().draft().tenant());
    }

    @Override
    public synchronized Optional<StoredApproval> findPending(String tenant, String requester, String requestDigest) {
        return all(request(tenant, requester, requestDigest).and(state(ApprovalState.PENDING_APPROVAL)))
                .findFirst();
    }

    @Override
    public synchronized Optional<StoredApproval> findApproved(
            String tenant, String requester, String requestDigest, long now) {
        return all(request(tenant, requester, requestDigest).and(state(ApprovalState.APPROVED)))
                .filter(stored -> stored.approval().expiresAt() > now)
                .min(FIRST_TO_EXPIRE);
    }

    @Override
    public synchronized List<Approval> list(
            String tenant, @Nullable ApprovalState state, @Nullable Position after, int limit) {
        return all(stored -> stored.approval().draft().tenant().equals(tenant))
                .filter(stored -> state == null || stored.approval().state() == state)
                .sorted(OLDEST.reversed())
                .map(StoredApproval::approval)
                .filter(approval -> after == null || isAfter(after, approval))
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized List<StoredApproval> due(long now, int limit) {
        return all(state(ApprovalState.PENDING_APPROVAL).or(state(ApprovalState.APPROVED)))
                .filter(stored -> stored.approval().expiresAt() <= now)
                .sorted(FIRST_TO_EXPIRE)
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized List<StoredApproval> unrecorded(int limit) {
        return all(stored -> !stored.unrecorded().isEmpty())
                .sorted(OLDEST)
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized List<StoredApproval> executing(String node) {
        return all(state(ApprovalState.EXECUTING))
                .filter(stored -> node.equals(stored.node()))
                .sorted(OLDEST)
                .toList();
    }

    private Stream<StoredApproval> all(Predicate<StoredApproval> wanted) {
        return approvals.values().stream().filter(wanted);
    }

    private static Predicate<StoredApproval> state(ApprovalState state) {
        return stored -> stored.approval().state() == state;
    }

    private static Predicate<StoredApproval> request(String tenant, String requester, String requestDigest) {
        return stored -> {
            var draft = stored.approval().draft();
            return draft.tenant().equals(tenant)
                    && draft.requester().equals(requester)
                    && draft.requestDigest().equals(requestDigest);
        };
    }

    private static boolean isAfter(Position place, Approval approval) {
        int byTime = Long.compare(approval.createdAt(), place.createdAt());
        return byTime < 0 || (byTime == 0 && approval.id().compareTo(place.id()) < 0);
    }
}
