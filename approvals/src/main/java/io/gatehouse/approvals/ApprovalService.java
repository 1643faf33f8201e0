package io.gatehouse.approvals;

import io.gatehouse.approvals.ApprovalStore.Position;
import io.gatehouse.approvals.Transitions.Ballot;
import io.gatehouse.approvals.Waiters.Owner;
import io.gatehouse.approvals.Waiters.Waiter;
import io.gatehouse.audit.AuditLog;
import io.gatehouse.policy.Principal;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink.OverflowStrategy;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Approvals on a store and an audit log. Call {@link #start} before the first request. A step, once begun, is carried to its
 * end whether or not anybody still waits for the answer.
 */
public final class ApprovalService implements Approvals, ApproverDesk, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApprovalService.class);
    private static final int MAX_PAGE = 100;
    private static final int MAX_OUTCOME = 100;

    private final ApprovalStore store;
    private final StepLog steps;
    private final InstantSource clock;
    private final Ledger ledger;
    private final ApprovalSettings settings;
    private final Waiters waiters;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("approvals-timer").factory());
    private volatile boolean started;
    private boolean late; // the timer's own

    /** Neither {@code store} nor {@code log} is closed with this service. */
    public ApprovalService(ApprovalStore store, AuditLog log, InstantSource clock, ApprovalSettings settings) {
        this.store = store;
        this.steps = new StepLog(log);
        this.clock = clock;
        this.settings = settings;
        this.waiters = new Waiters(settings.maxWaiters(), settings.maxWaitersEach());
        this.ledger = new Ledger(store, steps, clock, settings, this::tell);
    }

    /**
     * Moves what this node was running when it went down to {@link ApprovalState#OUTCOME_UNKNOWN}, and starts the timer that
     * expires what is overdue. Blocks; fails where the store or the audit log is not available.
     *
     * @return how many approvals have an unknown outcome from now on
     */
    public int start() {
        int lost = ledger.recover();
        var _ = timer.scheduleWithFixedDelay(this::sweep, 0, 1, TimeUnit.SECONDS);
        started = true;
        return lost;
    }

    @Override
    public Mono<Approval> open(ApprovalDraft draft) {
        return answer(() -> {
            check(draft);
            return Optional.of(ledger.open(draft));
        });
    }

    @Override
    public Mono<Approval> find(String tenant, String requester, String id) {
        var owner = new Owner(tenant, requester);
        return answer(() -> owned(owner, id));
    }

    @Override
    public Mono<Approval> findApproved(String tenant, String requester, String requestDigest) {
        return answer(() -> store.findApproved(tenant, requester, requestDigest, clock.millis())
                .map(ledger::settled)
                .filter(approval -> approval.state() == ApprovalState.APPROVED));
    }

    @Override
    public Mono<Approval> use(Use use) {
        return Mono.create(answer -> {
            var settled = new AtomicBoolean();
            answer.onCancel(() -> settled.set(true));
            workers.execute(() -> use(use, answer, settled));
        });
    }

    @Override
    public Mono<Approval> finish(String id, Run run, String outcome) {
        // also while the service closes: what has run must not be left without its end
        return carried(() -> {
            if (outcome.isEmpty() || outcome.length() > MAX_OUTCOME) {
                throw new IllegalArgumentException(
                        "outcome: expected a code of at most " + MAX_OUTCOME + " characters");
            }
            String tenant = store.tenantOf(id).orElseThrow(ApprovalService::unknown);
            return Optional.of(
                    ledger.change(tenant, id, (approval, now) -> Transitions.finish(approval, run, outcome, now)));
        });
    }

    @Override
    public Mono<Approval> decided(String tenant, String requester, String id) {
        return changes(tenant, requester, id)
                .filter(approval -> approval.state() != ApprovalState.PENDING_APPROVAL)
                .next();
    }

    @Override
    public Flux<Approval> changes(String tenant, String requester, String id) {
        return Flux.create(
                sink -> {
                    var owner = new Owner(tenant, requester);
                    var waiter = new Waiter(owner, sink);
                    // registered before it reads, so that no change falls between
                    waiters.add(id, waiter);
                    workers.execute(() -> {
                        try {
                            owned(owner, id).ifPresentOrElse(waiter::offer, sink::complete);
                        } catch (RuntimeException | Error e) {
                            sink.error(e);
                        }
                    });
                },
                OverflowStrategy.LATEST);
    }

    @Override
    public Mono<Approval> withdraw(String tenant, String requester, String id) {
        var owner = new Owner(tenant, requester);
        return answer(() -> {
            steps.check();
            return Optional.of(ledger.change(
                    tenant, id, (approval, now) -> Transitions.withdraw(checkOwner(owner, approval), now)));
        });
    }

    @Override
    public Page list(String tenant, @Nullable ApprovalState state, @Nullable String cursor, int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw new ApprovalException("invalid_limit", "limit: expected 1 to " + MAX_PAGE + ", got `" + limit + "`");
        }
        Position after = cursor == null ? null : Cursor.decode(cursor);
        List<Approval> found = store.list(tenant, state, after, limit + 1);
        boolean more = found.size() > limit;
        List<Approval> page = more ? found.subList(0, limit) : found;
        long now = clock.millis();
        List<Approval> items = page.stream()
                .map(approval -> asOf(approval, now))
                .filter(approval -> state == null || approval.state() == state)
                .toList();
        return new Page(items, more ? Cursor.encode(page.getLast()) : null);
    }

    @Override
    public Optional<Approval> show(String tenant, String id) {
        return store.find(tenant, id).map(ledger::settled);
    }

    @Override
    public Approval vote(String id, Principal approver, boolean approve, String reason, String decisionDigest) {
        checkRunning();
        steps.check();
        var ballot = new Ballot(approver, approve, reason, decisionDigest);
        return ledger.change(approver.tenant(), id, (approval, now) -> Transitions.vote(approval, ballot, now));
    }

    /** Ends every wait with an error, and returns once the steps that have begun are over. */
    @Override
    public void close() {
        started = false;
        timer.close();
        waiters.fail(new IllegalStateException("the gateway is shutting down"));
        workers.close();
    }

    /** Whoever cancels before the answer has not run anything: the grant goes back. */
    private void use(Use use, MonoSink<Approval> answer, AtomicBoolean settled) {
        try {
            checkRunning();
            steps.check();
            var draft = use.draft();
            var owner = new Owner(draft.tenant(), draft.requester());
            var levels = Levels.merge(draft.demands(), settings.defaultLevels());
            Approval taken = ledger.change(
                    draft.tenant(),
                    use.id(),
                    (approval, now) -> Transitions.use(checkOwner(owner, approval), draft, levels, now));
            if (settled.compareAndSet(false, true)) {
                answer.success(taken);
            } else {
                ledger.change(
                        draft.tenant(),
                        use.id(),
                        (approval, now) -> Transitions.finish(approval, Run.NOT_SENT, "client_left", now));
            }
        } catch (RuntimeException | Error e) {
            answer.error(e);
        }
    }

    private Mono<Approval> answer(Supplier<Optional<Approval>> step) {
        return carried(() -> {
            checkRunning();
            return step.get();
        });
    }

    private Mono<Approval> carried(Supplier<Optional<Approval>> step) {
        return Mono.fromFuture(
                () -> CompletableFuture.supplyAsync(() -> step.get().orElse(null), workers), true);
    }

    private Optional<Approval> owned(Owner owner, String id) {
        return store.find(owner.tenant(), id)
                .filter(stored -> owner.owns(stored.approval()))
                .map(ledger::settled);
    }

    private static Approval checkOwner(Owner owner, Approval approval) {
        if (!owner.owns(approval)) {
            throw unknown();
        }
        return approval;
    }

    /** As the timer is about to leave it. */
    private static Approval asOf(Approval approval, long now) {
        return Transitions.overdue(approval, now)
                ? Transitions.expire(approval, now).next()
                : approval;
    }

    private static void check(ApprovalDraft draft) {
        if (draft.demands().isEmpty()) {
            throw new IllegalArgumentException("demands: expected at least one");
        }
        // the rule against self-approval stands on this
        if (!Transitions.idOf(draft.requester()).equals(draft.requesterId())) {
            throw new IllegalArgumentException("requester: expected `type:id` with the requester's id");
        }
    }

    private void tell(Approval approval) {
        for (Waiter waiter : waiters.of(approval.id())) {
            try {
                workers.execute(() -> waiter.offer(approval));
            } catch (RejectedExecutionException e) {
                LOG.debug("approval {}: changed while the service closes", approval.id());
            }
        }
    }

    private void sweep() {
        try {
            ledger.sweep();
            late = false;
        } catch (RuntimeException e) {
            if (!late) {
                LOG.warn("approvals: the timer cannot do its work: {}", e.getMessage());
            }
            late = true;
        }
    }

    private void checkRunning() {
        if (!started) {
            throw new IllegalStateException("approvals are not served now");
        }
    }

    private static ApprovalException unknown() {
        return new ApprovalException("approval_unknown", "no such approval");
    }
}
