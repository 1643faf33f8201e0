package io.gatehouse.gateway.telemetry;

import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How metrics are sent to a collector. Nothing comes from the environment: the configuration says all. */
record OtlpMetrics(TelemetryConfig.Otlp otlp, Map<String, String> resource) implements OtlpConfig {

    OtlpMeterRegistry start(CountedSender sender) {
        return OtlpMeterRegistry.builder(this).metricsSender(sender).build();
    }

    @Override
    public @Nullable String get(String key) {
        return null;
    }

    @Override
    public String url() {
        return otlp.endpoint("metrics");
    }

    @Override
    public Duration step() {
        return otlp.interval();
    }

    @Override
    public Map<String, String> headers() {
        return Tracing.revealed(otlp.headers());
    }

    @Override
    public Map<String, String> resourceAttributes() {
        return resource;
    }
}
