package io.gatehouse.approvals;

import static io.gatehouse.approvals.Samples.AGENT;
import static io.gatehouse.approvals.Samples.ANN;
import static io.gatehouse.approvals.Samples.ONE_OF;
import static io.gatehouse.approvals.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.approvals.Approvals.Run;
import io.gatehouse.approvals.Approvals.Use;
import io.gatehouse.policy.ApprovalLevel;
import io.gatehouse.policy.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import reactor.core.publisher.Mono;

/** A running service on the store under test, with a clock and a log that the test holds. */
public abstract class ApprovalServiceFixture {
    protected static final Duration PATIENCE = Duration.ofSeconds(20);
    protected static final ApprovalSettings SETTINGS = new ApprovalSettings("node-1", List.of(ONE_OF), 5, 50, 20);

    protected final MovedClock clock = new MovedClock();
    protected final RecordingAuditLog log = new RecordingAuditLog();
    protected ApprovalStore store;
    protected ApprovalService service;

    /** An empty store. */
    protected abstract ApprovalStore newStore() throws Exception;

    @BeforeEach
    void startService() throws Exception {
        store = newStore();
        service = new ApprovalService(store, log, clock, SETTINGS);
        service.start();
    }

    @AfterEach
    void closeService() {
        service.close();
    }

    /** As if the process had been started again, on the same store. */
    protected int restart() {
        service.close();
        service = new ApprovalService(store, log, clock, SETTINGS);
        return service.start();
    }

    protected static <T> T get(Mono<T> answer) {
        return answer.blockOptional(PATIENCE).orElseThrow();
    }

    /** Subscribed to at once. */
    protected static <T> CompletableFuture<T> later(Mono<T> answer) {
        var later = new CompletableFuture<T>();
        answer.subscribe(later::complete, later::completeExceptionally);
        return later;
    }

    protected static <T> Optional<T> maybe(Mono<T> answer) {
        return answer.blockOptional(PATIENCE);
    }

    protected Approval open(ApprovalLevel... levels) {
        return get(service.open(Samples.draft(levels)));
    }

    protected Approval vote(Approval approval, Principal approver, boolean approve) {
        return service.vote(approval.id(), approver, approve, "because", approval.decisionDigest());
    }

    protected Approval approved() {
        return vote(open(), ANN, true);
    }

    protected Approval use(Approval approval) {
        return get(service.use(new Use(approval.id(), Samples.draft())));
    }

    protected Approval find(Approval approval) {
        return get(service.find(TENANT, AGENT, approval.id()));
    }

    /** A new approval in that state, by the steps that lead there. */
    protected Approval in(ApprovalState state) {
        return switch (state) {
            case PENDING_APPROVAL -> open();
            case APPROVED -> approved();
            case EXECUTING -> use(approved());
            case SUCCEEDED -> finish(Run.SUCCEEDED);
            case FAILED -> finish(Run.FAILED);
            case OUTCOME_UNKNOWN -> finish(Run.UNKNOWN);
            case REJECTED -> vote(open(), ANN, false);
            case EXPIRED -> {
                Approval pending = open();
                clock.move(Duration.ofHours(1));
                yield find(pending);
            }
            case CANCELLED -> get(service.withdraw(TENANT, AGENT, open().id()));
        };
    }

    private Approval finish(Run run) {
        return get(service.finish(use(approved()).id(), run, "served"));
    }

    protected static void assertRefused(String code, ThrowingCallable step) {
        assertThatThrownBy(step)
                .isInstanceOfSatisfying(
                        ApprovalException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
