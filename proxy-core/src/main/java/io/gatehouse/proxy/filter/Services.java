package io.gatehouse.proxy.filter;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;

/** What factories may use, handed over once when a configuration is compiled. */
public interface Services {
    /** Wall-clock time. Durations are measured with {@link System#nanoTime}. */
    InstantSource clock();

    MeterRegistry meters();

    /**
     * A port of another module, by its interface or class, such as {@code Approvals} or {@code AuditLog}.
     *
     * @throws IllegalArgumentException where this gateway has none
     */
    <T> T require(Class<T> port);
}
