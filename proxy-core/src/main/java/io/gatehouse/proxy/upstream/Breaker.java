package io.gatehouse.proxy.upstream;

import io.gatehouse.proxy.filter.Denial;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The circuit breaker of one upstream, for all event loops: Resilience4j's, which locks for as long as it counts. */
public final class Breaker {
    private final CircuitBreaker breaker;
    private final CircuitBreakerConfig config;
    private volatile long openedAt;

    public Breaker(String upstream, CircuitBreakerConfig config) {
        this.config = config;
        this.breaker = CircuitBreaker.of(
                upstream,
                io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.custom()
                        .slidingWindowType(SlidingWindowType.COUNT_BASED)
                        .slidingWindowSize(config.window())
                        .minimumNumberOfCalls(Math.min(config.minimum(), config.window()))
                        .failureRateThreshold(
                                (float) (100 * config.failureRate().fraction()))
                        .waitDurationInOpenState(config.open())
                        .permittedNumberOfCallsInHalfOpenState(config.probes())
                        .slowCallRateThreshold(100)
                        .slowCallDurationThreshold(java.time.Duration.ofDays(1))
                        .writableStackTraceEnabled(false)
                        .build());
        breaker.getEventPublisher().onStateTransition(event -> openedAt = System.nanoTime());
    }

    /** Asks for leave to send a request. Each leave is given back once, by {@link #ended} or {@link #released}. */
    public boolean admits() {
        return breaker.tryAcquirePermission();
    }

    /** What was asked has been answered, or has failed. */
    public void ended(boolean failed) {
        if (failed) {
            breaker.onError(0, TimeUnit.NANOSECONDS, new NoAnswer());
        } else {
            breaker.onSuccess(0, TimeUnit.NANOSECONDS);
        }
    }

    /** Nobody knows what would have come of it. */
    public void released() {
        breaker.releasePermission();
    }

    /** Whether an answer of this status counts as a failure. */
    public boolean isFailure(int status) {
        return status >= 500 && config.serverErrors();
    }

    public boolean isOpen() {
        return breaker.getState() == CircuitBreaker.State.OPEN;
    }

    /** What those hear whose request is not sent. */
    public Denial denial() {
        long left = config.open().toNanos() - (System.nanoTime() - openedAt);
        long seconds = Math.max(1, TimeUnit.NANOSECONDS.toSeconds(left + TimeUnit.SECONDS.toNanos(1) - 1));
        return new Denial(
                "upstream_open",
                503,
                "service unavailable",
                "the target failed too often and is given time to recover; nothing was sent",
                Map.of("Retry-After", Long.toString(seconds)));
    }

    /** Stands for every failure: nothing of it is read. */
    private static final class NoAnswer extends RuntimeException {
        @java.io.Serial
        private static final long serialVersionUID = 1;

        NoAnswer() {
            super("no answer", null, false, false);
        }
    }
}
