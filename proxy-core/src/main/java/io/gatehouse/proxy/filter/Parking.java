package io.gatehouse.proxy.filter;

import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * A request that waits for a person.
 *
 * @param decision completes with {@link Verdict#NEXT} to have the request judged again on the current snapshot (where this
 *     filter is entered once more and finds {@link Exchange#resumed()} true), or with a denial or answer that ends it. An
 *     error is a denial. Cancelled when the client leaves or the limit passes.
 * @param limit how long it may wait, at most 24 h
 * @param atLimit what the request gets when the limit passes
 */
public record Parking(Mono<? extends Verdict.Settled> decision, Duration limit, Verdict.Settled atLimit) {
    public Verdict.Park park() {
        return new Verdict.Park(this);
    }
}
