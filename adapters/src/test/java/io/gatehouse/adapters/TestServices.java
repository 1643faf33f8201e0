package io.gatehouse.adapters;

import io.gatehouse.proxy.filter.Services;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;

/** What engines are made with in tests. */
public record TestServices(InstantSource clock, MeterRegistry meters) implements Services {
    public TestServices() {
        this(InstantSource.system(), new SimpleMeterRegistry());
    }

    @Override
    public <T> T require(Class<T> port) {
        throw new IllegalArgumentException("none here");
    }
}
