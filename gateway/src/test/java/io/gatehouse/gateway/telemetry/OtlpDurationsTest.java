package io.gatehouse.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.http.exchange.DurationHistogram;
import io.gatehouse.proxy.http.exchange.LoopMeters;
import io.gatehouse.proxy.http.exchange.RequestMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.registry.otlp.OtlpMetricsSender.Request;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OtlpDurationsTest {
    private final LinkedBlockingQueue<Request> sent = new LinkedBlockingQueue<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final RequestMeters requests = new RequestMeters(meters);
    private final AtomicInteger asked = new AtomicInteger();

    private Map<String, DurationHistogram> durations() {
        if (asked.incrementAndGet() == 1) {
            throw new IllegalStateException("not now");
        }
        return requests.durations();
    }

    private double exports(String result) {
        return meters.get("exports").tag("result", result).functionCounter().count();
    }

    @Test
    void countsWhatItCouldNotTellAndGoesOn() throws Exception {
        var loop = new LoopMeters(requests, () -> {
            throw new IllegalStateException("nothing is served");
        });
        loop.refused(Denial.BODY_TOO_LARGE);
        var deliveries = new Deliveries("metrics", "a collector");
        deliveries.show(meters, "exports");
        var config = new OtlpMetrics(
                new TelemetryConfig.Otlp("http://127.0.0.1:4318", Map.of(), Duration.ofSeconds(1)), Map.of());
        try (var started = OtlpDurations.start(
                config, new CountedSender(sent::add, deliveries), new RequestDurations(this::durations))) {
            assertThat(started).isNotNull();
            assertThat(sent.poll(10, TimeUnit.SECONDS)).as("the second time").isNotNull();
            assertThat(exports("failed")).isEqualTo(1);
        }
        assertThat(exports("sent")).isGreaterThan(1);
    }
}
