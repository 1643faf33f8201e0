package io.gatehouse.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** Wall-clock time that stands still until a test moves it. Thread-safe. */
public final class MutableClock implements InstantSource {
    private final AtomicReference<Instant> now;

    private MutableClock(Instant start) {
        now = new AtomicReference<>(start);
    }

    /** A clock at 2026-11-01T12:00:00Z. */
    public static MutableClock start() {
        return at(Instant.parse("2026-11-01T12:00:00Z"));
    }

    public static MutableClock at(Instant start) {
        return new MutableClock(start);
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    /** Moves the clock forward, or back by a negative duration. */
    public MutableClock advance(Duration step) {
        now.updateAndGet(instant -> instant.plus(step));
        return this;
    }

    public MutableClock set(Instant instant) {
        now.set(instant);
        return this;
    }
}
