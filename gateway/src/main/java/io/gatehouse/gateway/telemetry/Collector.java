package io.gatehouse.gateway.telemetry;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.ipc.http.HttpUrlConnectionSender;
import io.micrometer.registry.otlp.OtlpHttpMetricsSender;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import org.jspecify.annotations.Nullable;

/** The collector that metrics are sent to once an interval. */
final class Collector implements AutoCloseable {
    private final OtlpMetrics config;
    private final CountedSender sender;
    private final OtlpMeterRegistry registry;
    private @Nullable OtlpDurations durations;

    private Collector(OtlpMetrics config, CountedSender sender) {
        this.config = config;
        this.sender = sender;
        this.registry = config.start(sender);
    }

    /** Sends what {@code meters} count from now on, and counts there what became of it. */
    static Collector start(OtlpMetrics config, CompositeMeterRegistry meters) {
        var deliveries = new Deliveries("metrics", config.otlp().url());
        var sender = new CountedSender(new OtlpHttpMetricsSender(new HttpUrlConnectionSender()), deliveries);
        var started = new Collector(config, sender);
        meters.add(started.registry);
        deliveries.show(meters, "gatehouse.metric.exports");
        return started;
    }

    /** Sends these, too. */
    void show(RequestDurations shown) {
        durations = OtlpDurations.start(config, sender, shown);
    }

    @Override
    public void close() {
        if (durations != null) {
            durations.close();
        }
        registry.close();
    }
}
