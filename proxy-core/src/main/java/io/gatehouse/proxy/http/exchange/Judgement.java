package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterChain;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.Outcome;
import io.gatehouse.proxy.filter.Parking;
import io.gatehouse.proxy.filter.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/**
 * Whether one request may go where its route leads: filters, maybe a wait for people and filters once more, and the record of what
 * was decided. Its cycle hears of one end: forward, or an answer.
 */
final class Judgement {
    private static final Duration LOG_LIMIT = Duration.ofSeconds(10);

    private final RequestCycle cycle;
    private final HttpExchange exchange;
    private final PendingStep pending;
    /** What was entered before the request was judged again. */
    private List<Filter> earlier = List.of();

    /** What comes of the present judgement is in the log, or on its way there. */
    private boolean decisionRecorded;

    Judgement(RequestCycle cycle, PendingStep pending) {
        this.cycle = cycle;
        this.exchange = cycle.exchange();
        this.pending = pending;
    }

    List<Filter> earlier() {
        return earlier;
    }

    void begin() {
        handle(exchange.compiledRoute().chain().run(exchange));
    }

    private void handle(Verdict verdict) {
        if (cycle.isSettled()) {
            return;
        }
        switch (verdict) {
            case Verdict.Settled settled -> settled(settled);
            case Verdict.Later later -> await(later.decision(), this::settled);
        }
    }

    private void settled(Verdict.Settled settled) {
        switch (settled) {
            case Verdict.Next next -> recorded(cycle::forward);
            case Verdict.Deny(var denial) -> deny(denial);
            case Verdict.Answer(var response) -> answeredByFilter(response);
            case Verdict.Park(var parking) -> park(parking);
        }
    }

    /** Goes on with what {@code later} yields, on the loop. Whatever goes wrong is a denial. */
    private void await(Mono<? extends Verdict.Settled> later, Consumer<Verdict.Settled> then) {
        pending.await(
                later,
                settled -> {
                    if (!cycle.isAnswered()) {
                        then.accept(settled);
                    }
                },
                failure -> {
                    cycle.client().plane().unexpected(failure);
                    if (!cycle.isAnswered()) {
                        then.accept(FilterChain.FAILED);
                    }
                });
    }

    /** What a filter answers after a decision follows from it, like what is forwarded. */
    private void answeredByFilter(LocalResponse response) {
        Runnable answer = () -> cycle.answer(response, Outcome.Cause.ANSWERED, "answered");
        if (exchange.decision() == null) {
            answer.run();
        } else {
            recorded(answer);
        }
    }

    /** Does what follows from a decision once it is recorded. */
    private void recorded(Runnable then) {
        var log = exchange.compiledRoute().decisionLog();
        if (log == null) {
            then.run();
            return;
        }
        decisionRecorded = true;
        switch (log.decided(exchange, null)) {
            case Verdict.Next next -> then.run();
            case Verdict.Settled refused -> refusedByLog(refused);
            case Verdict.Later later ->
                await(later.decision().timeout(LOG_LIMIT), settled -> {
                    if (settled instanceof Verdict.Next) {
                        then.run();
                    } else {
                        refusedByLog(settled);
                    }
                });
        }
    }

    /** The decision could not be recorded, so nothing may follow from it. */
    private void refusedByLog(Verdict.Settled refused) {
        respondDenied(refused instanceof Verdict.Deny(var denial) ? denial : FilterChain.FAILED.denial());
    }

    /** Refuses the request, and says so in the log unless it has a record already. */
    void deny(Denial denial) {
        var log = decisionRecorded ? null : exchange.compiledRoute().decisionLog();
        decisionRecorded = true;
        if (log != null && log.decided(exchange, denial) instanceof Verdict.Later later) {
            await(later.decision().timeout(LOG_LIMIT), recorded -> respondDenied(denial));
        } else {
            respondDenied(denial);
        }
    }

    private void respondDenied(Denial denial) {
        cycle.answer(exchange.presenter().denied(exchange, denial), Outcome.Cause.DENIED, denial.code());
    }

    private void park(Parking parking) {
        await(parking.decision(), settled -> {
            pending.lift();
            if (settled instanceof Verdict.Next) {
                judgeAgain();
            } else {
                settled(settled);
            }
        });
        pending.limit(parking.limit(), () -> {
            if (!cycle.isAnswered()) {
                settled(parking.atLimit());
            }
        });
    }

    private void judgeAgain() {
        earlier = exchange.compiledRoute().chain().entered(exchange, earlier);
        cycle.resume();
        decisionRecorded = false;
        begin();
    }
}
