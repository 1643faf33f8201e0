package io.gatehouse.proxy.http;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts the connections of one listener, and how their handshakes ended. */
final class ListenerMeters implements AutoCloseable {
    private final MeterRegistry registry;
    private final String listener;
    private final List<Meter> registered = new ArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder shaken = new LongAdder();
    private final LongAdder unshaken = new LongAdder();

    ListenerMeters(MeterRegistry registry, String listener) {
        this.registry = registry;
        this.listener = listener;
    }

    /** Registers all of them; {@code tls}: with handshakes. */
    void register(boolean tls) {
        registered.add(Gauge.builder("gatehouse.connections", open, AtomicInteger::get)
                .description("open connections of clients")
                .tags("listener", listener)
                .register(registry));
        count("gatehouse.connections.accepted", "connections of clients that were taken", accepted);
        count("gatehouse.connections.refused", "connections beyond the listener's limit, closed at once", refused);
        if (tls) {
            var about = "TLS handshakes that ended";
            count("gatehouse.tls.handshakes", about, shaken, "result", "succeeded");
            count("gatehouse.tls.handshakes", about, unshaken, "result", "failed");
        }
    }

    private void count(String name, String description, LongAdder count, String... tags) {
        registered.add(FunctionCounter.builder(name, count, LongAdder::sum)
                .description(description)
                .tags("listener", listener)
                .tags(tags)
                .register(registry));
    }

    /** Counts a new connection. Answers false where the limit is reached: then nothing is open more. */
    boolean opens(int limit) {
        if (open.incrementAndGet() > limit) {
            open.decrementAndGet();
            refused.increment();
            return false;
        }
        accepted.increment();
        return true;
    }

    /** Answers how many are open still. */
    int closes() {
        return open.decrementAndGet();
    }

    void shaken() {
        shaken.increment();
    }

    void unshaken() {
        unshaken.increment();
    }

    /** Forgets the listener: it is not there any more. */
    @Override
    public void close() {
        registered.forEach(registry::remove);
        registered.clear(); // what is called alike by then is another's
    }
}
