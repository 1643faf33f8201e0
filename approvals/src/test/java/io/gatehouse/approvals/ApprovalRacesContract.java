package io.gatehouse.approvals;

import static io.gatehouse.approvals.ApprovalState.APPROVED;
import static io.gatehouse.approvals.ApprovalState.EXECUTING;
import static io.gatehouse.approvals.ApprovalState.EXPIRED;
import static io.gatehouse.approvals.ApprovalState.OUTCOME_UNKNOWN;
import static io.gatehouse.approvals.ApprovalState.PENDING_APPROVAL;
import static io.gatehouse.approvals.Samples.AGENT;
import static io.gatehouse.approvals.Samples.ANN;
import static io.gatehouse.approvals.Samples.BOB;
import static io.gatehouse.approvals.Samples.DIGEST;
import static io.gatehouse.approvals.Samples.TENANT;
import static io.gatehouse.approvals.Samples.TWO_OF;
import static io.gatehouse.approvals.Samples.draft;
import static io.gatehouse.approvals.Samples.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.approvals.Approvals.Run;
import io.gatehouse.approvals.Approvals.Use;
import io.gatehouse.audit.AuditEvent;
import io.gatehouse.audit.AuditLog;
import io.gatehouse.audit.AuditReceipt;
import io.gatehouse.audit.AuditUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What holds when steps race, the clock moves, the log fails, or the process goes down; on every store. */
public abstract class ApprovalRacesContract extends ApprovalServiceFixture {

    @Test
    void oneOfTwoHundredConcurrentUsesWins() throws Exception {
        Approval approval = approved();

        List<String> outcomes = together(200, i -> use(approval).state().wireName());

        assertThat(outcomes).filteredOn("executing"::equals).hasSize(1);
        assertThat(outcomes).filteredOn("approval_used"::equals).hasSize(199);
        assertThat(log.steps(approval.id()))
                .filteredOn("approval.use executing"::equals)
                .hasSize(1);
    }

    @Test
    void twoServicesOnOneStoreShareOneUse() throws Exception {
        Approval approval = approved();
        try (var other =
                new ApprovalService(store, log, clock, new ApprovalSettings("node-2", SETTINGS.defaultLevels()))) {
            other.start();

            List<String> outcomes = together(200, i -> {
                Approvals node = i % 2 == 0 ? service : other;
                return get(node.use(new Use(approval.id(), draft()))).state().wireName();
            });

            assertThat(outcomes).filteredOn("executing"::equals).hasSize(1);
            assertThat(outcomes).filteredOn("approval_used"::equals).hasSize(199);
        }
    }

    @Test
    void concurrentVotesFillTheQuorumAndNoMore() throws Exception {
        Approval approval = open(TWO_OF);

        List<String> outcomes = together(
                50,
                i -> vote(approval, user("user" + i, "approver"), true).state().wireName());

        assertThat(outcomes).filteredOn("pending_approval"::equals).hasSize(1);
        assertThat(outcomes).filteredOn("approved"::equals).hasSize(1);
        assertThat(outcomes).filteredOn("approval_conflict"::equals).hasSize(48);
        assertThat(find(approval).votes()).hasSize(2);
    }

    @Test
    void oneApproverVotesOnceHoweverOftenTheyTryAtATime() throws Exception {
        Approval approval = open(TWO_OF);

        List<String> outcomes =
                together(50, i -> vote(approval, ANN, true).state().wireName());

        assertThat(outcomes).filteredOn("already_voted"::equals).hasSize(49);
        assertThat(find(approval).votes()).hasSize(1);
    }

    @Test
    void concurrentOpeningsOfOneRequestShareOneApproval() throws Exception {
        List<String> ids = together(50, i -> open().id());

        assertThat(ids).hasSize(50).allMatch(ids.getFirst()::equals);
        assertThat(log.events()).hasSize(1);
    }

    @Test
    void wakesWhoeverWaitsHoweverTheVoteRaces() throws Exception {
        for (int i = 0; i < 300; i++) {
            Approval approval = get(service.open(draft("digest-" + i)));
            CompletableFuture<Approval> waiting = new CompletableFuture<>();
            Thread waiter = Thread.startVirtualThread(() ->
                    waiting.completeAsync(() -> get(service.decided(TENANT, AGENT, approval.id())), Runnable::run));
            vote(approval, ANN, i % 2 == 0);
            assertThat(waiting.get(20, TimeUnit.SECONDS).state()).isNotEqualTo(PENDING_APPROVAL);
            waiter.join();
        }
    }

    @Test
    void tellsEveryChangeUntilTheEnd() {
        Approval approval = open();
        Sinks.One<Approval> pending = Sinks.one();
        CompletableFuture<List<Approval>> seen = later(service.changes(TENANT, AGENT, approval.id())
                .doOnNext(change -> {
                    if (change.state() == PENDING_APPROVAL) {
                        pending.tryEmitValue(change);
                    }
                })
                .collectList());
        get(pending.asMono());
        vote(approval, ANN, true);
        use(approval);
        get(service.finish(approval.id(), Run.SUCCEEDED, "served"));

        List<Approval> changes = seen.orTimeout(20, TimeUnit.SECONDS).join();
        assertThat(changes.getLast().state()).isEqualTo(ApprovalState.SUCCEEDED);
        assertThat(changes).extracting(Approval::version).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void boundsHowManyOneRequesterLetsWaitAndForgetsThoseThatLeave() {
        Approval approval = open();
        Approval theirs = openedBy("other");
        var waiting = waits(AGENT, approval, 20);

        assertRefused("too_many_waiters", () -> get(service.decided(TENANT, AGENT, approval.id())));
        assertRefused(
                "too_many_waiters",
                () -> get(service.changes(TENANT, AGENT, approval.id()).next()));
        assertThat(get(service.changes(TENANT, "client:other", theirs.id()).next())
                        .state())
                .isEqualTo(PENDING_APPROVAL);
        waiting.removeFirst().dispose();
        assertThat(get(service.changes(TENANT, AGENT, approval.id()).next()).state())
                .isEqualTo(PENDING_APPROVAL);
        waiting.forEach(Disposable::dispose);
        assertThat(waits(AGENT, approval, 20)).noneMatch(Disposable::isDisposed);
    }

    @Test
    void boundsAllWhoWait() {
        var waiting = new ArrayList<Disposable>();
        for (String requester : List.of("a", "b", "c")) {
            waiting.addAll(waits("client:" + requester, openedBy(requester), waiting.size() < 40 ? 20 : 10));
        }
        Approval approval = open();

        assertRefused("approvals_busy", () -> get(service.decided(TENANT, AGENT, approval.id())));
        waiting.forEach(Disposable::dispose);
        assertThat(get(service.changes(TENANT, AGENT, approval.id()).next()).state())
                .isEqualTo(PENDING_APPROVAL);
    }

    private Approval openedBy(String requester) {
        var demands = draft().demands();
        return get(service.open(draft(TENANT, requester, DIGEST, demands)));
    }

    private List<Disposable> waits(String requester, Approval approval, int count) {
        var waiting = new ArrayList<Disposable>();
        for (int i = 0; i < count; i++) {
            waiting.add(service.decided(TENANT, requester, approval.id()).subscribe());
        }
        return waiting;
    }

    @Test
    void closingEndsEveryWait() {
        Approval approval = open();
        CompletableFuture<Approval> waiting = later(service.decided(TENANT, AGENT, approval.id()));

        service.close();

        assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> find(approval)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void theClockAloneEndsVotingAndUse() {
        Approval pending = open(TWO_OF);
        Approval granted = vote(get(service.open(draft("granted"))), ANN, true);
        clock.move(Duration.ofHours(1));

        assertRefused("approval_expired", () -> vote(pending, ANN, true));
        assertRefused("approval_expired", () -> get(service.use(new Use(granted.id(), draft("granted")))));
        assertThat(maybe(service.findApproved(TENANT, AGENT, "granted"))).isEmpty();
        assertThat(service.list(TENANT, PENDING_APPROVAL, null, 10).items()).isEmpty();
        assertThat(log.steps(pending.id()))
                .containsExactly("approval.open pending_approval", "approval.expire expired");
    }

    @Test
    void lastMomentIsStillInTime() {
        Approval approval = open();
        clock.move(Duration.ofHours(1).minusMillis(1));

        assertThat(vote(approval, ANN, true).state()).isEqualTo(APPROVED);
    }

    @Test
    void theTimerExpiresAndTellsOnce() {
        Approval approval = open();
        Mono<Approval> decided = service.decided(TENANT, AGENT, approval.id());
        CompletableFuture<Approval> waiting = later(decided);
        clock.move(Duration.ofHours(1));

        assertThat(waiting.orTimeout(20, TimeUnit.SECONDS).join().state()).isEqualTo(EXPIRED);
        restart();
        assertThat(find(approval).state()).isEqualTo(EXPIRED);
        assertThat(log.steps(approval.id()))
                .containsExactly("approval.open pending_approval", "approval.expire expired");
    }

    @Test
    void timeThatPassedWhileTheProcessWasDownCounts() {
        Approval approval = open();
        service.close();
        clock.move(Duration.ofHours(1));
        service = new ApprovalService(store, log, clock, SETTINGS);
        service.start();

        assertThat(find(approval).state()).isEqualTo(EXPIRED);
        assertRefused("approval_expired", () -> vote(approval, ANN, true));
    }

    @Test
    void whatRanWhenTheProcessWentDownIsUnknownAndNeverRunsAgain() {
        Approval running = use(approved());
        Approval granted = vote(get(service.open(draft("granted"))), ANN, true);

        assertThat(restart()).isEqualTo(1);

        assertThat(find(running).state()).isEqualTo(OUTCOME_UNKNOWN);
        assertThat(find(running).outcome()).isEqualTo("gateway_restarted");
        assertRefused("approval_used", () -> use(running));
        assertThat(find(granted).state()).isEqualTo(APPROVED);
        assertThat(log.steps(running.id())).endsWith("approval.use executing", "approval.lose outcome_unknown");
        assertThat(restart()).isZero();
    }

    @Test
    void whatAnotherNodeRunsIsLeftAlone() {
        Approval running = use(approved());
        try (var other =
                new ApprovalService(store, log, clock, new ApprovalSettings("node-2", SETTINGS.defaultLevels()))) {
            assertThat(other.start()).isZero();
        }

        assertThat(find(running).state()).isEqualTo(EXECUTING);
    }

    @Test
    void nothingMovesWhileTheLogIsDown() {
        Approval pending = open();
        Approval granted = vote(get(service.open(draft("granted"))), ANN, true);
        log.fail("the disk is full");

        for (Callable<Object> step : List.<Callable<Object>>of(
                () -> get(service.open(draft("new"))),
                () -> vote(pending, ANN, true),
                () -> get(service.withdraw(TENANT, AGENT, pending.id())),
                () -> get(service.use(new Use(granted.id(), draft("granted")))))) {
            assertThatThrownBy(step::call).isInstanceOf(AuditUnavailableException.class);
        }
        log.fail(null);

        assertThat(find(pending).state()).isEqualTo(PENDING_APPROVAL);
        assertThat(find(granted).state()).isEqualTo(APPROVED);
        assertThat(store.findPending(TENANT, AGENT, "new")).isEmpty();
    }

    @Test
    void aUseThatCannotBeRecordedIsGivenBack() {
        Approval approval = approved();
        log.failAppends(true);

        assertThatThrownBy(() -> use(approval)).isInstanceOf(AuditUnavailableException.class);
        log.failAppends(false);

        assertThat(find(approval).state()).isEqualTo(APPROVED);
        assertThat(use(approval).state()).isEqualTo(EXECUTING);
        assertThat(log.steps(approval.id()))
                .containsExactly(
                        "approval.open pending_approval",
                        "approval.approve approved",
                        "approval.use executing",
                        "approval.return approved",
                        "approval.use executing");
    }

    @Test
    void aVoteThatCannotBeRecordedCountsOnceItIs() {
        Approval approval = open();
        log.failAppends(true);
        assertThatThrownBy(() -> vote(approval, ANN, true)).isInstanceOf(AuditUnavailableException.class);
        assertThatThrownBy(() -> use(approval)).isInstanceOf(AuditUnavailableException.class);
        assertThatThrownBy(() -> find(approval)).isInstanceOf(AuditUnavailableException.class);
        log.failAppends(false);

        assertThat(find(approval).state()).isEqualTo(APPROVED);
        assertThat(log.steps(approval.id()))
                .containsExactly("approval.open pending_approval", "approval.approve approved");
    }

    @Test
    void anOutcomeThatCannotBeRecordedIsRecordedLater() {
        Approval approval = use(approved());
        log.failAppends(true);
        assertThatThrownBy(() -> get(service.finish(approval.id(), Run.SUCCEEDED, "served")))
                .isInstanceOf(AuditUnavailableException.class);
        log.failAppends(false);

        assertThat(restart()).isZero();
        assertThat(find(approval).state()).isEqualTo(ApprovalState.SUCCEEDED);
        assertThat(log.steps(approval.id())).endsWith("approval.finish succeeded");
    }

    @Test
    void whoeverLeavesWhileTheIntentIsRecordedHasNotUsedTheGrant() throws Exception {
        Approval approval = approved();
        service.close();
        var slow = new SlowLog();
        service = new ApprovalService(store, slow, clock, SETTINGS);
        service.start();
        Disposable leaving = service.use(new Use(approval.id(), draft())).subscribe();
        assertThat(slow.asked.await(20, TimeUnit.SECONDS)).isTrue();
        leaving.dispose();
        slow.answer.tryEmitValue(new AuditReceipt("event", 0));

        Approval back = get(service.changes(TENANT, AGENT, approval.id())
                .filter(change -> change.state() == APPROVED)
                .next());
        assertThat(back.version()).isEqualTo(approval.version() + 2);
        assertThat(slow.threadWasVirtual).isTrue();
    }

    /** Keeps everybody waiting until it is told to answer. */
    private static final class SlowLog implements AuditLog {
        final Sinks.One<AuditReceipt> answer = Sinks.one();
        final CountDownLatch asked = new CountDownLatch(1);
        volatile boolean threadWasVirtual;

        @Override
        public boolean offer(AuditEvent event) {
            return true;
        }

        @Override
        public Mono<AuditReceipt> append(AuditEvent event) {
            threadWasVirtual = Thread.currentThread().isVirtual();
            asked.countDown();
            return answer.asMono();
        }

        @Override
        public Optional<String> failure() {
            return Optional.empty();
        }
    }

    @Test
    void aServiceThatHasNotStartedRefuses() {
        try (var idle = new ApprovalService(store, log, clock, SETTINGS)) {
            assertThatThrownBy(() -> get(idle.open(draft(DIGEST)))).hasMessage("approvals are not served now");
            assertThatThrownBy(() -> idle.vote("apr_1", BOB, true, "", DIGEST))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    /** One of many that run at a time. */
    @FunctionalInterface
    private interface Racer {
        String run(int i) throws Exception;
    }

    /** What each of them came to: its answer, or the code of its refusal. */
    private static List<String> together(int count, Racer racer) throws Exception {
        var gate = new CountDownLatch(1);
        var outcomes = new ArrayList<String>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var racing = new ArrayList<Future<String>>();
            for (int i = 0; i < count; i++) {
                int racerNumber = i;
                racing.add(threads.submit(() -> {
                    gate.await();
                    try {
                        return racer.run(racerNumber);
                    } catch (ApprovalException e) {
                        return e.code();
                    }
                }));
            }
            gate.countDown();
            for (Future<String> outcome : racing) {
                outcomes.add(outcome.get());
            }
        }
        return outcomes;
    }
}
