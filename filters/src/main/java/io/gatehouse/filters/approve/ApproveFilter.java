package io.gatehouse.filters.approve;

import io.gatehouse.approvals.Approval;
import io.gatehouse.approvals.ApprovalDraft;
import io.gatehouse.approvals.Approvals;
import io.gatehouse.approvals.Approvals.Run;
import io.gatehouse.approvals.Approvals.Use;
import io.gatehouse.proxy.filter.BodyUse;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Key;
import io.gatehouse.proxy.filter.Outcome;
import io.gatehouse.proxy.filter.Parking;
import io.gatehouse.proxy.filter.Presenter.Waiting;
import io.gatehouse.proxy.filter.Verdict;
import io.netty.util.AsciiString;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Lets a request that needs an approval pass with one that was given to exactly this request, once; otherwise opens one, and
 * holds the request or tells its client where to ask.
 */
final class ApproveFilter implements Filter {
    private static final AsciiString APPROVAL = AsciiString.cached("gatehouse-approval");
    /** Only the handshake of a WebSocket keeps it. */
    private static final AsciiString UPGRADE = AsciiString.cached("upgrade");

    private static final AsciiString IDEMPOTENCY_KEY = AsciiString.cached("idempotency-key");
    private static final Key<Passage> PASSAGE = new Key<>("approval");

    private final Demands demands;
    private final Approvals approvals;
    private final Duration hold;
    private final boolean webSockets;
    private final RunLog runs;

    ApproveFilter(Demands demands, Approvals approvals, ApproveConfig config, RunLog runs) {
        this.demands = demands;
        this.approvals = approvals;
        this.hold = config.hold();
        this.webSockets = config.webSockets();
        this.runs = runs;
    }

    @Override
    public BodyUse requestBody() {
        return BodyUse.READ;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        if (exchange.approval() != null) {
            throw new IllegalStateException("a chain holds one `approve` at most");
        }
        var demanded = demands.of(exchange);
        if (demanded == null) {
            return Refusals.CONDITION_FAILED;
        }
        var headers = exchange.requestHeaders();
        if (demanded.isEmpty()) {
            headers.remove(APPROVAL);
            return Verdict.NEXT;
        }
        if (!webSockets && headers.contains(UPGRADE)) {
            return Refusals.UNBOUND;
        }
        if (exchange.principal().type().equals("anonymous")) {
            return Refusals.UNIDENTIFIED;
        }
        var presented = headers.getAll(APPROVAL);
        headers.remove(APPROVAL);
        var passage = passage(exchange);
        var draft = Drafts.of(exchange, demanded);
        var held = passage.heldFor;
        if (held != null) {
            return new Verdict.Later(use(exchange, passage, held, draft));
        }
        return switch (presented.size()) {
            case 0 ->
                new Verdict.Later(
                        exchange.presenter().findsApprovalByDigest()
                                ? findOrOpen(exchange, passage, draft)
                                : open(exchange, passage, draft));
            case 1 -> new Verdict.Later(use(exchange, passage, presented.getFirst(), draft));
            default -> Refusals.UNKNOWN;
        };
    }

    private static Passage passage(Exchange exchange) {
        var known = exchange.get(PASSAGE);
        if (known != null) {
            return known;
        }
        var passage = new Passage();
        exchange.put(PASSAGE, passage);
        return passage;
    }

    private Mono<Verdict.Settled> use(Exchange exchange, Passage passage, String id, ApprovalDraft draft) {
        return toItsEnd(exchange, approvals.use(new Use(id, draft)), found -> taken(exchange, passage, found));
    }

    private Verdict.Settled taken(Exchange exchange, Passage passage, Approval found) {
        var id = found.id();
        if (passage.ended) {
            runs.record(id, Run.NOT_SENT, "client_left");
            return Refusals.UNAVAILABLE;
        }
        passage.taken = id;
        exchange.approval(id);
        exchange.put(ApprovedRequest.DIGEST, found.draft().requestDigest());
        exchange.requestHeaders().set(IDEMPOTENCY_KEY, id);
        return Verdict.NEXT;
    }

    private Mono<Verdict.Settled> findOrOpen(Exchange exchange, Passage passage, ApprovalDraft draft) {
        return approvals
                .findApproved(draft.tenant(), draft.requester(), draft.requestDigest())
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .publishOn(Schedulers.fromExecutor(exchange.loop()))
                .flatMap(found -> found.isPresent()
                        ? use(exchange, passage, found.get().id(), draft)
                        : open(exchange, passage, draft))
                .onErrorResume(failure -> Mono.just(Refusals.of(failure)));
    }

    private Mono<Verdict.Settled> open(Exchange exchange, Passage passage, ApprovalDraft draft) {
        return toItsEnd(exchange, approvals.open(draft), opened -> waits(exchange, passage, opened));
    }

    private Verdict.Settled waits(Exchange exchange, Passage passage, Approval opened) {
        var waiting = exchange.presenter()
                .waiting(
                        exchange,
                        new Waiting(
                                opened.id(),
                                ApprovalEndpoint.PATH + opened.id(),
                                opened.draft().demands().getFirst().reason(),
                                opened.expiresAt()))
                .answer();
        var limit = limit(exchange);
        if (limit.isZero()) {
            return waiting;
        }
        passage.heldFor = opened.id();
        passage.withdrawable =
                exchange.call() == null && opened.draft().requestId().equals(exchange.requestId());
        if (passage.ended) {
            withdraw(exchange, passage);
            return waiting;
        }
        var decided = approvals
                .decided(opened.draft().tenant(), opened.draft().requester(), opened.id())
                .map(Refusals::of)
                .defaultIfEmpty(Refusals.UNKNOWN)
                // who may not wait is told of the approval all the same, or it would be open and nobody know it
                .onErrorResume(
                        failure -> Mono.just(Refusals.isTooManyWaiters(failure) ? waiting : Refusals.of(failure)));
        return new Parking(decided, limit, waiting).park();
    }

    private Duration limit(Exchange exchange) {
        var asked = WaitPreference.of(exchange.requestHeaders());
        var presenters = exchange.presenter().hold(exchange);
        var longest = hold.compareTo(asked) > 0 ? hold : asked;
        longest = longest.compareTo(presenters) > 0 ? longest : presenters;
        return longest.compareTo(ApproveConfig.LONGEST_HOLD) < 0 ? longest : ApproveConfig.LONGEST_HOLD;
    }

    /**
     * Carries a step to its end though the request may end before: what was taken must be given back. {@code then} runs on the
     * exchange's event loop.
     */
    private static Mono<Verdict.Settled> toItsEnd(
            Exchange exchange, Mono<Approval> step, Function<Approval, Verdict.Settled> then) {
        return Mono.create(answer -> {
            var _ = step.switchIfEmpty(Mono.error(() -> new IllegalStateException("approvals gave no answer")))
                    .publishOn(Schedulers.fromExecutor(exchange.loop()))
                    .subscribe(
                            approval -> answer.success(then.apply(approval)),
                            failure -> answer.success(Refusals.of(failure)));
        });
    }

    @Override
    public void onEnd(Exchange exchange, Outcome outcome) {
        var passage = exchange.get(PASSAGE);
        if (passage == null || passage.ended) {
            return;
        }
        passage.ended = true;
        var taken = passage.taken;
        if (taken != null) {
            runs.record(taken, RunLog.run(outcome), outcome.code());
        } else if (outcome.cause() == Outcome.Cause.CANCELLED) {
            withdraw(exchange, passage);
        }
    }

    /** Nobody else knows of an approval that a held request opened: the client that left never learned its id. */
    private void withdraw(Exchange exchange, Passage passage) {
        var held = passage.heldFor;
        if (held != null && passage.withdrawable) {
            runs.withdraw(exchange.tenant(), exchange.principal().reference(), held);
        }
    }
}
