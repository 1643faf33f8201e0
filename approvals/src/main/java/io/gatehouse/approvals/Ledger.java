package io.gatehouse.approvals;

import io.gatehouse.approvals.ApprovalStore.Insertion;
import io.gatehouse.approvals.Transitions.Change;
import io.gatehouse.audit.AuditUnavailableException;
import io.gatehouse.policy.ApprovalLevel;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out changes, one at a time for each approval: stored together with the step that describes it, then recorded in the
 * audit log, then told. A crash in between leaves the step stored as unrecorded, and whoever meets the approval next records
 * it first: so the log has every step at least once, and nobody acts on one that it does not have. Blocks.
 */
final class Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final int ATTEMPTS = 20;

    private final ApprovalStore store;
    private final StepLog steps;
    private final InstantSource clock;
    private final ApprovalSettings settings;
    private final Consumer<Approval> told;
    private final List<ReentrantLock> locks =
            Stream.generate(ReentrantLock::new).limit(256).toList();

    Ledger(
            ApprovalStore store,
            StepLog steps,
            InstantSource clock,
            ApprovalSettings settings,
            Consumer<Approval> told) {
        this.store = store;
        this.steps = steps;
        this.clock = clock;
        this.settings = settings;
        this.told = told;
    }

    /** What a step makes of an approval as it stands. */
    @FunctionalInterface
    interface Rule {
        Change apply(Approval approval, long now);
    }

    Approval open(ApprovalDraft draft) {
        steps.check();
        List<ApprovalLevel> levels = Levels.merge(draft.demands(), settings.defaultLevels());
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Approval> pending = store.findPending(draft.tenant(), draft.requester(), draft.requestDigest())
                    .map(this::settled)
                    .filter(approval -> approval.state() == ApprovalState.PENDING_APPROVAL);
            if (pending.isPresent() && pending.get().levels().equals(levels)) {
                return pending.get();
            }
            pending.ifPresent(this::supersede);
            Change opening = Transitions.open(ApprovalId.next(), draft, levels, clock.millis());
            Optional<Approval> opened = locked(opening.next().id(), () -> insert(opening));
            if (opened.isPresent()) {
                return opened.get();
            }
        }
        throw contended();
    }

    /** Applies {@code rule} to the approval as it stands; fails with {@code approval_unknown} where there is none. */
    Approval change(String tenant, String id, Rule rule) {
        return locked(id, () -> {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                StoredApproval current = settle(store.find(tenant, id)
                        .orElseThrow(() -> new ApprovalException("approval_unknown", "no such approval")));
                StoredApproval next = stored(rule.apply(current.approval(), clock.millis()));
                if (store.update(next)) {
                    return recordOrGiveBack(next);
                }
            }
            throw contended();
        });
    }

    /** As it stands by the clock, with every step recorded. */
    Approval settled(StoredApproval stored) {
        if (stored.unrecorded().isEmpty() && !Transitions.overdue(stored.approval(), clock.millis())) {
            return stored.approval();
        }
        Approval approval = stored.approval();
        return locked(
                approval.id(),
                () -> store.find(approval.draft().tenant(), approval.id())
                        .map(this::settle)
                        .map(StoredApproval::approval)
                        .orElse(approval));
    }

    /** What ran here when this node went down may have run. Answers how many those are. */
    int recover() {
        List<StoredApproval> lost = store.executing(settings.node());
        lost.forEach(stored -> {
            Approval approval = stored.approval();
            change(approval.draft().tenant(), approval.id(), Transitions::lose);
            LOG.warn("approval {}: its run was cut off; outcome unknown", approval.id());
        });
        return lost.size();
    }

    /** Expires what is overdue and records what is unrecorded, as far as store and log allow. */
    void sweep() {
        var open = new ArrayList<>(store.unrecorded(100));
        open.addAll(store.due(clock.millis(), 100));
        open.forEach(this::settled);
    }

    private Optional<Approval> insert(Change opening) {
        StoredApproval created = stored(opening);
        Insertion insertion = store.insert(created, settings.maxPending());
        return switch (insertion) {
            case INSERTED -> Optional.of(record(created));
            case ALREADY_PENDING -> Optional.empty();
            case TOO_MANY_PENDING ->
                throw new ApprovalException(
                        "too_many_pending",
                        "expected at most " + settings.maxPending() + " approvals pending for one requester");
        };
    }

    private void supersede(Approval pending) {
        try {
            change(pending.draft().tenant(), pending.id(), Transitions::supersede);
        } catch (ApprovalException e) {
            LOG.debug("approval {}: was decided before it could be superseded", pending.id());
        }
    }

    /** Under the approval's lock. */
    private StoredApproval settle(StoredApproval stored) {
        Approval approval = stored.unrecorded().isEmpty() ? stored.approval() : record(stored);
        long now = clock.millis();
        if (!Transitions.overdue(approval, now)) {
            return clean(approval, stored.node());
        }
        StoredApproval expired = stored(Transitions.expire(approval, now));
        if (store.update(expired)) {
            return clean(record(expired), null);
        }
        return store.find(approval.draft().tenant(), approval.id()).orElseThrow(Ledger::contended);
    }

    private static StoredApproval clean(Approval approval, @Nullable String node) {
        return new StoredApproval(approval, node, List.of());
    }

    private Approval recordOrGiveBack(StoredApproval stored) {
        try {
            return record(stored);
        } catch (AuditUnavailableException e) {
            if (stored.approval().state() == ApprovalState.EXECUTING) {
                giveBack(stored);
            }
            throw e;
        }
    }

    private Approval record(StoredApproval stored) {
        Approval approval = stored.approval();
        steps.append(stored);
        try {
            store.recorded(approval.id(), approval.version());
        } catch (RuntimeException e) {
            // the log has it; at worst it is told once more, with the same version
            LOG.warn("approval {}: could not mark a step as recorded: {}", approval.id(), e.getMessage());
        }
        told.accept(approval);
        return approval;
    }

    /** The intent could not be recorded, so nothing runs; where this fails too, the restart finds an unknown outcome. */
    private void giveBack(StoredApproval taken) {
        try {
            Change back =
                    Transitions.finish(taken.approval(), Approvals.Run.NOT_SENT, "audit_unavailable", clock.millis());
            var unrecorded = new ArrayList<>(taken.unrecorded());
            unrecorded.add(back.step());
            store.update(new StoredApproval(back.next(), null, unrecorded));
        } catch (RuntimeException e) {
            LOG.error(
                    "approval {}: could not be given back: {}", taken.approval().id(), e.getMessage());
        }
    }

    private StoredApproval stored(Change change) {
        String node = change.next().state() == ApprovalState.EXECUTING ? settings.node() : null;
        return new StoredApproval(change.next(), node, List.of(change.step()));
    }

    private <T> T locked(String id, Supplier<T> work) {
        ReentrantLock lock = locks.get(Math.floorMod(id.hashCode(), locks.size()));
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private static IllegalStateException contended() {
        return new IllegalStateException("the approval kept changing under this step");
    }
}
