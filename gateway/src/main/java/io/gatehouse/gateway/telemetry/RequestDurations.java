package io.gatehouse.gateway.telemetry;

import io.gatehouse.proxy.http.exchange.DurationHistogram;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;

/** The time that requests took, as a histogram for each route. */
record RequestDurations(Supplier<Map<String, DurationHistogram>> durations) implements Collector {
    static final String NAME = "gatehouse_request_duration_seconds";

    @Override
    public MetricSnapshot collect() {
        var snapshot = HistogramSnapshot.builder().name(NAME).help("time from a request's head to its end");
        durations
                .get()
                .forEach((route, histogram) -> snapshot.dataPoint(HistogramDataPointSnapshot.builder()
                        .labels(Labels.of("route", route))
                        .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds(), histogram.counts()))
                        .sum(histogram.sumSeconds())
                        .build()));
        return snapshot.build();
    }

    private static double[] bounds() {
        var finite = DurationHistogram.boundsSeconds();
        var all = Arrays.copyOf(finite, finite.length + 1);
        all[finite.length] = Double.POSITIVE_INFINITY;
        return all;
    }
}
