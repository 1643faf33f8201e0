package io.gatehouse.filters;

import io.gatehouse.proxy.filter.Services;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.IdentityHashMap;
import java.util.Map;

/** Services of a test: a fixed clock, meters of its own, and the ports that the test gives. */
public final class TestServices implements Services {
    public static final Instant NOW = Instant.parse("2026-11-22T03:04:05.678Z");

    public final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Map<Class<?>, Object> ports = new IdentityHashMap<>();

    public <T> TestServices with(Class<T> type, T port) {
        ports.put(type, port);
        return this;
    }

    @Override
    public InstantSource clock() {
        return InstantSource.fixed(NOW);
    }

    @Override
    public MeterRegistry meters() {
        return registry;
    }

    @Override
    public <T> T require(Class<T> port) {
        var found = ports.get(port);
        if (found == null) {
            throw new IllegalArgumentException("this gateway has no " + port.getSimpleName());
        }
        return port.cast(found);
    }
}
