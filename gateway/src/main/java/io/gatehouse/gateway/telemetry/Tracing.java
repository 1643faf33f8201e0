package io.gatehouse.gateway.telemetry;

import io.gatehouse.config.Secret;
import io.gatehouse.proxy.filter.EarlyEnds;
import io.gatehouse.proxy.filter.Filter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Sends spans to a collector: from a bounded queue, on threads of its own. What finds the queue full is dropped. */
public final class Tracing implements AutoCloseable {
    private static final int QUEUE = 4096;
    private static final int BATCH = 512;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration CLOSING = Duration.ofSeconds(3);

    private final SdkTracerProvider provider;
    private final TraceFilter filter;

    private Tracing(SdkTracerProvider provider, TraceFilter filter) {
        this.provider = provider;
        this.filter = filter;
    }

    /** Traces as {@code config} says, which names a collector. */
    public static Tracing start(TelemetryConfig config, Map<String, String> resource, MeterRegistry meters) {
        var sending = OtlpHttpSpanExporter.builder()
                .setEndpoint(config.otlp().endpoint("traces"))
                .setTimeout(PATIENCE)
                .setHeaders(() -> revealed(config.otlp().headers()));
        var deliveries = new Deliveries("spans", config.otlp().url());
        deliveries.show(meters, "gatehouse.spans");
        var counted = new CountedExporter(sending.build(), deliveries);
        var attributes = Resource.builder();
        resource.forEach((name, value) -> attributes.put(AttributeKey.stringKey(name), value));
        var provider = SdkTracerProvider.builder()
                .setResource(attributes.build())
                .addSpanProcessor(BatchSpanProcessor.builder(counted)
                        .setMaxQueueSize(QUEUE)
                        .setMaxExportBatchSize(BATCH)
                        .setScheduleDelay(PAUSE)
                        .setExporterTimeout(PATIENCE)
                        .build())
                .build();
        var recorded = meters.counter("gatehouse.spans", "result", "recorded");
        return new Tracing(provider, new TraceFilter(provider.get("gatehouse"), config.traces(), recorded));
    }

    static Map<String, String> revealed(Map<String, Secret> headers) {
        return headers.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, header -> header.getValue().reveal()));
    }

    /** The first filter of every chain. */
    public Filter filter() {
        return filter;
    }

    /** What hears of the requests that no chain sees. */
    EarlyEnds earlyEnds() {
        return filter;
    }

    /** Sends what is queued, for a few seconds at most. */
    @Override
    public void close() {
        var _ = provider.shutdown().join(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
    }
}
