package io.gatehouse.proxy.filter;

import reactor.core.publisher.Mono;

/** A filter's answer. Where memory can answer, it is one of the shared instances and allocates nothing. */
public sealed interface Verdict {
    Settled NEXT = Next.NEXT;

    /** A verdict that waits for nothing more from this filter. */
    sealed interface Settled extends Verdict {}

    /** Go on. */
    enum Next implements Settled {
        NEXT
    }

    /** Refuse. */
    record Deny(Denial denial) implements Settled {}

    /** Answer instead of the target. */
    record Answer(LocalResponse response) implements Settled {}

    /**
     * Wait for minutes, holding no thread and no snapshot; the request is judged again, as it came, before it goes on. Of filters of
     * the phase {@link Phase#APPROVE} only; of any other it is a failure.
     */
    record Park(Parking parking) implements Settled {}

    /**
     * Wait for milliseconds: a store, a decision point. Bounded by the runner's filter time-out; empty, error and time-out
     * are a denial. Subscribed to once, cancelled when the client leaves, resumed on the exchange's event loop.
     */
    record Later(Mono<? extends Settled> decision) implements Verdict {}
}
