package io.gatehouse.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import java.util.ArrayList;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is counted, and under which labels. */
final class MetersTest {
    private TestOrigin origin;
    private TestPlane plane;

    @BeforeEach
    void start() {
        origin = TestOrigin.start();
        plane = TestPlane.start(TestPlane.to(TestPlane.upstream(origin.uri())));
    }

    @AfterEach
    void stop() {
        plane.close();
        origin.close();
    }

    @Test
    void countsConnectionsRequestsAndBytes() {
        origin.otherwise(Script.of(200, "text/plain", "twelve bytes"));
        try (var client = plane.client()) {
            client.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nfives");
            await().until(() -> plane.meters.find("gatehouse.requests").functionCounter() != null);

            assertThat(gauge("gatehouse.connections")).isEqualTo(1);
            assertThat(count("gatehouse.connections.accepted")).isEqualTo(1);
            assertThat(count("gatehouse.requests")).isEqualTo(1);
            assertThat(count("gatehouse.request.body")).isEqualTo(5);
            assertThat(count("gatehouse.response.body")).isEqualTo(12);
            assertThat(plane.plane().durations()).containsOnlyKeys("all");
            assertThat(plane.plane().durations().values())
                    .allSatisfy(histogram -> assertThat(sum(histogram.counts())).isEqualTo(1));
        }
        await().until(() -> gauge("gatehouse.connections") == 0);
    }

    @Test
    void noStrangerMakesNewLabels() {
        plane.plane().swap(TestPlane.guarded(TestPlane.upstream(origin.uri()), null));
        try (var client = plane.client()) {
            client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            var before = series();
            for (int i = 0; i < 50; i++) {
                client.exchange("M" + i + " /" + i + "?q=" + i + " HTTP/1.1\r\nHost: h" + i + ".example\r\nX-" + i
                        + ": " + i + "\r\nUser-Agent: a" + i + "\r\n\r\n");
            }
            assertThat(series()).isEqualTo(before);
        }
    }

    @Test
    void aSparseLogWithholdsAndCounts() {
        var lines = new ArrayList<Long>();
        var log = new SparseLog(2, TimeUnit.HOURS.toNanos(1));
        for (int i = 0; i < 10; i++) {
            log.write(lines::add);
        }
        assertThat(lines).containsExactly(0L, 0L);

        var again = new SparseLog(1, -1); // each line begins an interval of its own
        again.write(lines::add);
        again.write(lines::add);
        assertThat(lines).hasSize(4);
    }

    private static long sum(long[] counts) {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }

    private Set<String> series() {
        var series = new TreeSet<String>();
        plane.meters.getMeters().forEach(meter -> series.add(meter.getId().toString()));
        return series;
    }

    private double count(String name) {
        return plane.meters.get(name).functionCounter().count();
    }

    private double gauge(String name) {
        return plane.meters.get(name).gauge().value();
    }
}
