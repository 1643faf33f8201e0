package io.gatehouse.approvals;

import static io.gatehouse.approvals.Samples.AGENT;
import static io.gatehouse.approvals.Samples.DIGEST;
import static io.gatehouse.approvals.Samples.ONE_OF;
import static io.gatehouse.approvals.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.gatehouse.approvals.Approval.Vote;
import io.gatehouse.approvals.ApprovalStep.Kind;
import io.gatehouse.approvals.ApprovalStore.Insertion;
import io.gatehouse.approvals.ApprovalStore.Position;
import io.gatehouse.policy.ApprovalDemand;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link ApprovalStore} must do. */
public abstract class ApprovalStoreContract {
    private static final long NOW = 1_800_000_000_000L;

    private ApprovalStore store;

    /** An empty store. */
    protected abstract ApprovalStore newStore() throws Exception;

    @BeforeEach
    void makeStore() throws Exception {
        store = newStore();
    }

    @Test
    void givesBackWhatWasPutIn() {
        StoredApproval created = pending("apr_1", DIGEST, NOW);

        assertThat(store.insert(created, 10)).isEqualTo(Insertion.INSERTED);

        assertThat(store.find(TENANT, "apr_1")).contains(created);
        assertThat(store.tenantOf("apr_1")).contains(TENANT);
        assertThat(store.find(TENANT, "apr_1")
                        .orElseThrow()
                        .approval()
                        .draft()
                        .preview()
                        .facts())
                .containsExactly(entry("risk", "80"), entry("address", "192.0.2.7"));
    }

    @Test
    void givesBackEveryChange() {
        store.insert(pending("apr_1", DIGEST, NOW), 10);
        var votes =
                List.of(new Vote("user:ann", 0, true, "fine", NOW + 1), new Vote("user:bob", 1, false, "nö", NOW + 2));
        var executing = new StoredApproval(
                standing("apr_1", ApprovalState.EXECUTING, 2, votes, NOW + 5, NOW + 6, "lost"),
                "node-1",
                List.of(step(2), step(3)));

        assertThat(store.update(executing)).isTrue();

        assertThat(store.find(TENANT, "apr_1")).contains(executing);
        assertThat(store.executing("node-1")).containsExactly(executing);
        assertThat(store.executing("node-2")).isEmpty();
    }

    @Test
    void refusesAnUpdateFromAnotherVersion() {
        store.insert(pending("apr_1", DIGEST, NOW), 10);
        StoredApproval second = at("apr_1", ApprovalState.APPROVED, 2);
        store.update(second);

        assertThat(store.update(at("apr_1", ApprovalState.CANCELLED, 2))).isFalse();
        assertThat(store.update(at("apr_1", ApprovalState.CANCELLED, 4))).isFalse();
        assertThat(store.update(at("apr_9", ApprovalState.CANCELLED, 2))).isFalse();

        assertThat(store.find(TENANT, "apr_1")).contains(second);
    }

    @Test
    void letsOneOfManyConcurrentUpdatesWin() throws Exception {
        store.insert(pending("apr_1", DIGEST, NOW), 10);
        var updates = new ArrayList<Callable<Boolean>>();
        for (int i = 0; i < 200; i++) {
            updates.add(() -> store.update(at("apr_1", ApprovalState.EXECUTING, 2)));
        }

        long winners = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> update : threads.invokeAll(updates)) {
                winners += update.get() ? 1 : 0;
            }
        }

        assertThat(winners).isEqualTo(1);
    }

    @Test
    void keepsOnePendingForEachRequest() {
        store.insert(pending("apr_1", DIGEST, NOW), 10);

        assertThat(store.insert(pending("apr_2", DIGEST, NOW), 10)).isEqualTo(Insertion.ALREADY_PENDING);
        assertThat(store.insert(pending("apr_3", "other", NOW), 10)).isEqualTo(Insertion.INSERTED);
        assertThat(store.insert(of("globex", "agent", "apr_4"), 10)).isEqualTo(Insertion.INSERTED);
        assertThat(store.insert(of(TENANT, "robot", "apr_5"), 10)).isEqualTo(Insertion.INSERTED);

        assertThat(store.find(TENANT, "apr_2")).isEmpty();
        store.update(at("apr_1", ApprovalState.APPROVED, 2));
        assertThat(store.insert(pending("apr_2", DIGEST, NOW), 10)).isEqualTo(Insertion.INSERTED);
    }

    @Test
    void countsUnexpiredPendingOfTheRequesterOnly() {
        store.insert(pending("apr_old", "old", NOW - 3_600_000), 2);
        store.insert(of("globex", "agent", "apr_g"), 2);
        store.insert(of(TENANT, "robot", "apr_r"), 2);
        store.insert(pending("apr_1", "one", NOW), 2);

        assertThat(store.insert(pending("apr_2", "two", NOW), 2)).isEqualTo(Insertion.INSERTED);
        assertThat(store.insert(pending("apr_3", "three", NOW), 2)).isEqualTo(Insertion.TOO_MANY_PENDING);

        assertThat(store.find(TENANT, "apr_3")).isEmpty();
    }

    @Test
    void neverCrossesTenantsOrRequesters() {
        store.insert(pending("apr_1", DIGEST, NOW), 10);

        assertThat(store.find("globex", "apr_1")).isEmpty();
        assertThat(store.findPending("globex", AGENT, DIGEST)).isEmpty();
        assertThat(store.findPending(TENANT, "client:robot", DIGEST)).isEmpty();
        assertThat(store.list("globex", null, null, 10)).isEmpty();
        assertThat(store.findPending(TENANT, AGENT, DIGEST)).isPresent();
    }

    @Test
    void findsTheGrantThatExpiresFirst() {
        for (int i = 1; i <= 3; i++) {
            store.insert(pending("apr_" + i, DIGEST, NOW), 10);
            store.update(new StoredApproval(
                    standing("apr_" + i, ApprovalState.APPROVED, 2, List.of(), NOW + 100L * i, NOW, null),
                    null,
                    List.of()));
        }

        assertThat(store.findApproved(TENANT, AGENT, DIGEST, NOW + 100)
                        .orElseThrow()
                        .approval()
                        .id())
                .isEqualTo("apr_2");
        assertThat(store.findApproved(TENANT, AGENT, DIGEST, NOW + 300)).isEmpty();
        assertThat(store.findApproved("globex", AGENT, DIGEST, NOW)).isEmpty();
    }

    @Test
    void pagesNewestFirstWithoutGapsOrRepeats() {
        for (int i = 0; i < 7; i++) {
            store.insert(pending("apr_" + i, "digest" + i, NOW + i / 3), 10);
        }
        store.update(at("apr_2", ApprovalState.REJECTED, 2));

        var seen = new ArrayList<String>();
        Position after = null;
        List<Approval> page = store.list(TENANT, null, null, 2);
        while (!page.isEmpty()) {
            page.forEach(approval -> seen.add(approval.id()));
            after = new Position(page.getLast().createdAt(), page.getLast().id());
            page = store.list(TENANT, null, after, 2);
        }

        assertThat(seen).containsExactly("apr_6", "apr_5", "apr_4", "apr_3", "apr_2", "apr_1", "apr_0");
        assertThat(store.list(TENANT, ApprovalState.REJECTED, null, 10))
                .extracting(Approval::id)
                .containsExactly("apr_2");
        assertThat(store.list(TENANT, ApprovalState.PENDING_APPROVAL, new Position(NOW + 1, "apr_4"), 2))
                .extracting(Approval::id)
                .containsExactly("apr_3", "apr_1");
    }

    @Test
    void tellsWhatIsDueAndWhatIsUnrecorded() {
        store.insert(pending("apr_1", "one", NOW), 10);
        store.insert(pending("apr_2", "two", NOW - 10), 10);
        store.insert(pending("apr_3", "three", NOW - 20), 10);
        store.update(at("apr_3", ApprovalState.REJECTED, 2));

        assertThat(store.due(NOW + 3_600_000, 10))
                .extracting(stored -> stored.approval().id())
                .containsExactly("apr_2", "apr_1");
        assertThat(store.due(NOW + 3_600_000, 1)).hasSize(1);
        assertThat(store.due(NOW + 3_599_989, 10)).isEmpty();
        assertThat(store.unrecorded(10))
                .extracting(stored -> stored.approval().id())
                .containsExactly("apr_2", "apr_1");
    }

    @Test
    void forgetsRecordedStepsOfThatVersionOnly() {
        store.insert(pending("apr_1", DIGEST, NOW), 10);

        store.recorded("apr_1", 2);
        assertThat(store.unrecorded(10)).hasSize(1);

        store.recorded("apr_1", 1);
        assertThat(store.unrecorded(10)).isEmpty();
        assertThat(store.find(TENANT, "apr_1").orElseThrow().approval().version())
                .isEqualTo(1);
    }

    private static StoredApproval pending(String id, String digest, long createdAt) {
        return stored(Samples.draft(digest), id, createdAt);
    }

    private static StoredApproval of(String tenant, String requester, String id) {
        var demands = List.of(new ApprovalDemand("p", "r", List.of()));
        return stored(Samples.draft(tenant, requester, DIGEST, demands), id, NOW);
    }

    private static StoredApproval stored(ApprovalDraft draft, String id, long createdAt) {
        var approval = new Approval(
                id,
                draft,
                "decision",
                List.of(ONE_OF),
                ApprovalState.PENDING_APPROVAL,
                List.of(),
                createdAt,
                createdAt + 3_600_000,
                null,
                null,
                null,
                1);
        return new StoredApproval(approval, null, List.of(step(1)));
    }

    private static StoredApproval at(String id, ApprovalState state, long version) {
        return new StoredApproval(
                standing(id, state, version, List.of(), NOW + 3_600_000, null, null), null, List.of());
    }

    private static Approval standing(
            String id,
            ApprovalState state,
            long version,
            List<Vote> votes,
            long expiresAt,
            @Nullable Long decidedAt,
            @Nullable String outcome) {
        return new Approval(
                id,
                Samples.draft(DIGEST),
                "decision",
                List.of(ONE_OF),
                state,
                votes,
                NOW,
                expiresAt,
                decidedAt,
                decidedAt,
                outcome,
                version);
    }

    private static ApprovalStep step(long version) {
        return new ApprovalStep(Kind.APPROVE, "user:ann", null, "fine", null, 0, ApprovalState.APPROVED, version, NOW);
    }
}
