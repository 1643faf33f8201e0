package io.gatehouse.benchmarks;

import io.gatehouse.proxy.filter.Services;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;

/** What factories of filters are given here: a clock and meters, no ports. */
final class BenchmarkServices implements Services {
    private final MeterRegistry meters = new SimpleMeterRegistry();

    @Override
    public InstantSource clock() {
        return InstantSource.system();
    }

    @Override
    public MeterRegistry meters() {
        return meters;
    }

    @Override
    public <T> T require(Class<T> port) {
        throw new IllegalArgumentException("no `" + port.getName() + "` in a benchmark");
    }
}
