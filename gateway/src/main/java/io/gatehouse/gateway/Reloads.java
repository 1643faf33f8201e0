package io.gatehouse.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** Counts reloads of the configuration, and remembers how the last one ended. */
final class Reloads {
    private final InstantSource clock;
    private final Counter applied;
    private final Counter refused;
    private final AtomicLong lastAppliedMillis;
    private volatile String lastRefusal = "";

    Reloads(MeterRegistry meters, InstantSource clock) {
        this.clock = clock;
        this.applied = meters.counter("gatehouse.config.reloads", "result", "applied");
        this.refused = meters.counter("gatehouse.config.reloads", "result", "refused");
        this.lastAppliedMillis = new AtomicLong(clock.millis());
        Gauge.builder("gatehouse.config.last.reload.success", this, reloads -> reloads.lastRefusal.isEmpty() ? 1 : 0)
                .description("1 where what runs is what the files said when they were read last")
                .register(meters);
        Gauge.builder("gatehouse.config.applied", lastAppliedMillis, millis -> millis.get() / 1000.0)
                .description("when the configuration that runs was applied")
                .baseUnit("timestamp_seconds")
                .register(meters);
    }

    void applied() {
        applied.increment();
        lastAppliedMillis.set(clock.millis());
        lastRefusal = "";
    }

    void refused(int errors) {
        refused.increment();
        lastRefusal = "the reload at " + Instant.ofEpochMilli(clock.millis()) + " was refused: " + errors
                + (errors == 1 ? " error" : " errors");
    }

    /** What is to be said of the last reload; empty where it was applied, or there was none. */
    String lastRefusal() {
        return lastRefusal;
    }
}
