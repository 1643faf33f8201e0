package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.engine.NotSentException;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.Outcome;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;

/** Has a request served by an engine or by a service of the gateway's own, and makes an answer of what comes of it. */
final class LocalCall {
    private final RequestCycle cycle;
    private final PendingStep pending;

    LocalCall(RequestCycle cycle, PendingStep pending) {
        this.cycle = cycle;
        this.pending = pending;
    }

    /** What an engine answers is its target's answer. */
    void engine(Mono<LocalResponse> invocation) {
        cycle.forwarded(true);
        pending.await(
                invocation,
                response -> {
                    cycle.targetAnswered(response.status());
                    cycle.answer(response, Outcome.Cause.SERVED, "served");
                },
                this::failed);
    }

    void service(Mono<LocalResponse> invocation) {
        pending.await(invocation, response -> cycle.answer(response, Outcome.Cause.ANSWERED, "answered"), this::failed);
    }

    private void failed(Throwable failure) {
        if (failure instanceof NotSentException) {
            cycle.forwarded(false);
            cycle.targetFailed(Denials.UNREACHABLE);
        } else if (failure instanceof TimeoutException) {
            cycle.targetFailed(Denials.TARGET_TIMEOUT);
        } else {
            cycle.client().plane().unexpected(failure);
            cycle.targetFailed(Denials.TARGET_FAILED);
        }
    }
}
