package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.Protocol;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** Counts clients' connections, once it is known what they speak, and their requests, by protocol. */
public final class ProtocolMeters {
    private final Map<Protocol, Counts> counts = new EnumMap<>(Protocol.class);

    private record Counts(LongAdder connections, LongAdder requests) {}

    public ProtocolMeters(MeterRegistry registry) {
        for (var protocol : Protocol.values()) {
            var own = new Counts(new LongAdder(), new LongAdder());
            counts.put(protocol, own);
            var label = protocol.name().toLowerCase(Locale.ROOT);
            FunctionCounter.builder("gatehouse.client.connections", own, value -> value.connections.sum())
                    .description("connections of clients by what they speak")
                    .tags("protocol", label)
                    .register(registry);
            FunctionCounter.builder("gatehouse.client.requests", own, value -> value.requests.sum())
                    .description("requests whose head was read, by protocol")
                    .tags("protocol", label)
                    .register(registry);
        }
    }

    private Counts of(Protocol protocol) {
        return Objects.requireNonNull(counts.get(protocol));
    }

    public void connection(Protocol protocol) {
        of(protocol).connections.increment();
    }

    public void request(Protocol protocol) {
        of(protocol).requests.increment();
    }
}
