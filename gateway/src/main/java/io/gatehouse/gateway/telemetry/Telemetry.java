package io.gatehouse.gateway.telemetry;

import io.gatehouse.proxy.filter.EarlyEnds;
import io.gatehouse.proxy.filter.Filter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The registries and the tracing of one gateway. */
public final class Telemetry implements AutoCloseable {
    private final PrometheusMeterRegistry scraped = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final MeterRegistry meters;
    private final @Nullable Collector collector;
    private final @Nullable Tracing tracing;

    private Telemetry(TelemetryConfig config, Map<String, String> resource) {
        if (config.otlp().isSent()) {
            var all = new CompositeMeterRegistry();
            all.add(scraped);
            collector = Collector.start(new OtlpMetrics(config.otlp(), resource), all);
            meters = all;
            tracing = Tracing.start(config, resource, meters);
        } else {
            collector = null;
            meters = scraped;
            tracing = null;
        }
    }

    /** Starts what {@code config} asks for; {@code node} is told to the collector. */
    public static Telemetry start(TelemetryConfig config, String node, String version) {
        return new Telemetry(
                config, Map.of("service.name", "gatehouse", "service.instance.id", node, "service.version", version));
    }

    /** Where everything is counted. */
    public MeterRegistry meters() {
        return meters;
    }

    /** What Prometheus reads. */
    public PrometheusMeterRegistry scraped() {
        return scraped;
    }

    /** Shows how long requests took, which no registry holds: to Prometheus and to the collector. */
    void show(RequestDurations durations) {
        scraped.getPrometheusRegistry().register(durations);
        if (collector != null) {
            collector.show(durations);
        }
    }

    /** The first filter of every chain, or {@code null} where nothing is traced. */
    public @Nullable Filter traces() {
        return tracing == null ? null : tracing.filter();
    }

    /** What hears of the requests that no chain sees. */
    public EarlyEnds earlyEnds() {
        return tracing == null ? EarlyEnds.UNHEARD : tracing.earlyEnds();
    }

    @Override
    public void close() {
        if (tracing != null) {
            tracing.close();
        }
        if (collector != null) {
            collector.close();
        }
        scraped.close();
    }
}
