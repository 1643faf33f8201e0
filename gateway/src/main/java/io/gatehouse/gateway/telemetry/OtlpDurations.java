package io.gatehouse.gateway.telemetry;

import io.micrometer.registry.otlp.OtlpMetricsSender.Request;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Sends the time that requests took, which no registry holds, beside the metrics of the registries. */
final class OtlpDurations implements AutoCloseable {
    /** Routes that are told of at once: a collector takes messages of some megabytes only. */
    private static final int BATCH = 2_000;

    private static final long NANOS_OF_MILLI = 1_000_000;
    private static final long CLOSING_SECONDS = 3;

    private final OtlpMetrics config;
    private final CountedSender sender;
    private final RequestDurations durations;
    private final long began = System.currentTimeMillis() * NANOS_OF_MILLI;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("gatehouse-otlp-durations").factory());

    private OtlpDurations(OtlpMetrics config, CountedSender sender, RequestDurations durations) {
        this.config = config;
        this.sender = sender;
        this.durations = durations;
    }

    /** Sends once an interval from now on. */
    static OtlpDurations start(OtlpMetrics config, CountedSender sender, RequestDurations durations) {
        var started = new OtlpDurations(config, sender, durations);
        long interval = config.step().toNanos();
        var _ = started.clock.scheduleAtFixedRate(started::send, interval, interval, TimeUnit.NANOSECONDS);
        return started;
    }

    /** What throws here is never done again. */
    private void send() {
        try {
            var points = durations.collect().getDataPoints();
            for (int from = 0; from < points.size(); from += BATCH) {
                send(points.subList(from, Math.min(from + BATCH, points.size())));
            }
        } catch (RuntimeException failure) {
            sender.deliveries().failed(1, failure);
        }
    }

    private void send(List<HistogramDataPointSnapshot> routes) {
        long now = System.currentTimeMillis() * NANOS_OF_MILLI;
        var histogram = Histogram.newBuilder()
                .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
        routes.forEach(route -> histogram.addDataPoints(point(route, now)));
        var metric = Metric.newBuilder()
                .setName("gatehouse.request.duration")
                .setDescription(RequestDurations.HELP)
                .setUnit("s")
                .setHistogram(histogram);
        var resource = ResourceMetrics.newBuilder()
                .addScopeMetrics(ScopeMetrics.newBuilder().addMetrics(metric));
        config.resource().forEach((name, value) -> resource.getResourceBuilder().addAttributes(text(name, value)));
        var message = ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(resource)
                .build();
        sender.send(Request.builder(message.toByteArray())
                .address(config.url())
                .headers(config.headers())
                .compressionMode(config.compressionMode())
                .build());
    }

    private HistogramDataPoint point(HistogramDataPointSnapshot route, long now) {
        var point = HistogramDataPoint.newBuilder()
                .setStartTimeUnixNano(began)
                .setTimeUnixNano(now)
                .setCount(route.getCount())
                .setSum(route.getSum());
        route.getLabels().forEach(label -> point.addAttributes(text(label.getName(), label.getValue())));
        var buckets = route.getClassicBuckets();
        for (int i = 0; i < buckets.size(); i++) {
            point.addBucketCounts(buckets.getCount(i));
            if (buckets.getUpperBound(i) < Double.POSITIVE_INFINITY) {
                point.addExplicitBounds(buckets.getUpperBound(i));
            }
        }
        return point.build();
    }

    private static KeyValue text(String name, String value) {
        return KeyValue.newBuilder()
                .setKey(name)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    /** Sends for the last time, for a few seconds at most. */
    @Override
    public void close() {
        clock.execute(this::send);
        clock.shutdown();
        try {
            var _ = clock.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
