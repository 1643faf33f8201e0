package io.gatehouse.proxy.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.proxy.filter.Outcome;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RouteCountsTest {
    @Test
    void bucketsHoldWhatIsNotLonger() {
        var counts = new RouteCounts();
        var bounds = DurationHistogram.boundsSeconds();
        for (double bound : bounds) {
            counts.add(outcome("served", Math.round(bound * 1e9)));
        }
        counts.add(outcome("served", TimeUnit.HOURS.toNanos(1)));

        var buckets = new long[DurationHistogram.BUCKETS];
        assertThat(counts.addDurationsTo(buckets)).isGreaterThan(TimeUnit.HOURS.toNanos(1));
        assertThat(buckets).hasSize(bounds.length + 1).containsOnly(1L);
    }

    @Test
    void codesOfOneRouteAreCountedApart() {
        var counts = new RouteCounts();
        assertThat(counts.add(outcome("served", 5))).isTrue();
        assertThat(counts.add(outcome("no_route", 7))).isTrue();
        assertThat(counts.add(outcome("served", 11))).isFalse();

        assertThat(counts.requests("served")).isEqualTo(2);
        assertThat(counts.nanos("served")).isEqualTo(16);
        assertThat(counts.requests("no_route")).isEqualTo(1);
        assertThat(counts.nanos("no_route")).isEqualTo(7);
        assertThat(counts.requests("unheard_of")).isZero();
        assertThat(counts.requestBytes()).isEqualTo(3);
        assertThat(counts.responseBytes()).isEqualTo(6);
    }

    @Test
    void whoeverReadsMeanwhileSeesNoNumberFallOrBelongToAnother() throws InterruptedException {
        var counts = new RouteCounts();
        var codes = IntStream.range(0, 500).mapToObj(i -> "code_" + i).toList();
        var writer = Thread.ofPlatform()
                .start(() -> codes.forEach(code -> IntStream.range(0, 100).forEach(i -> counts.add(outcome(code, 1)))));
        var seen = new long[codes.size()];
        do {
            assertThat(counts.requests("unheard_of")).isZero();
            for (int i = 0; i < seen.length; i++) {
                long now = counts.requests(codes.get(i));
                assertThat(now).isBetween(seen[i], 100L);
                seen[i] = now;
            }
        } while (writer.isAlive());
        writer.join();
        assertThat(codes).allSatisfy(code -> assertThat(counts.requests(code)).isEqualTo(100));
    }

    private static Outcome outcome(String code, long nanos) {
        return new Outcome(Outcome.Cause.SERVED, code, 200, 1, 2, nanos, 200, true, null);
    }
}
