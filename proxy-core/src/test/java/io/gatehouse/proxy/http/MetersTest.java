package io.gatehouse.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.Route;
import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.SparseLog;
import io.gatehouse.proxy.filter.FilterChain;
import io.gatehouse.proxy.filter.RouteInfo;
import io.gatehouse.proxy.http.target.Upstream;
import io.gatehouse.proxy.route.PathPattern;
import io.gatehouse.proxy.route.RouteTable;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
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

    private Snapshot routes(String... names) {
        var target = TestPlane.upstream(origin.uri());
        var entries = new ArrayList<RouteTable.Entry<Route>>();
        for (var name : names) {
            var route = new Route(new RouteInfo(name, "default", List.of()), FilterChain.EMPTY, target, 0, null);
            var path = PathPattern.parse("/" + name);
            entries.add(new RouteTable.Entry<>(name, List.of(), false, path, Set.of(), route));
        }
        return new Snapshot(new RouteTable<>(entries), TestPlane.to(target).policies());
    }

    @Test
    void routesThatAreServedNoMoreAreForgottenAndThoseThatStayCountOn() {
        try (var client = plane.client()) {
            for (int i = 1; i <= 4; i++) {
                plane.plane().swap(routes("kept", "made-" + i));
                for (var path : List.of("kept", "made-" + i, "nowhere")) {
                    client.exchange("GET /" + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
                }
                assertThat(requests("kept", "served")).isEqualTo(i);
                assertThat(requests("none", "no_route")).isEqualTo(i);
            }
            // what is in flight may end on those of the snapshot before
            assertThat(plane.plane().durations()).containsOnlyKeys("kept", "made-3", "made-4", "none");
            assertThat(series())
                    .anyMatch(id -> id.contains("made-3"))
                    .noneMatch(id -> id.contains("made-1") || id.contains("made-2"));
        }
    }

    private double requests(String route, String code) {
        await().until(() -> plane.meters
                        .find("gatehouse.requests")
                        .tags("route", route, "code", code)
                        .functionCounter()
                != null);
        return plane.meters
                .get("gatehouse.requests")
                .tags("route", route, "code", code)
                .functionCounter()
                .count();
    }

    @Test
    void aListenerThatIsGoneTakesNothingFromOneThatIsCalledAlike() {
        var registry = new SimpleMeterRegistry();
        var before = new ListenerMeters(registry, "public");
        before.register(true);
        before.close();
        var after = new ListenerMeters(registry, "public");
        after.register(false);
        before.close();
        assertThat(registry.getMeters()).hasSize(3);
        after.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void anUpstreamShowsItsMetersOnceItIsServed() {
        var failures = "gatehouse.upstream.connect.failures";
        var first = plane.plane().snapshot();
        plane.plane().swap(TestPlane.to(TestPlane.upstream(URI.create("http://127.0.0.1:1"))));
        first.upstreams().forEach(Upstream::close);
        try (var client = plane.client()) {
            assertThat(client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status())
                    .isEqualTo(502);
            double counted = count(failures);
            assertThat(counted).isPositive();
            var all = upstreamSeries();

            var refused = TestPlane.to(TestPlane.upstream(origin.uri()));
            plane.plane().watch(refused);
            refused.upstreams().forEach(Upstream::close);
            assertThat(count(failures)).isEqualTo(counted);
            assertThat(upstreamSeries()).isEqualTo(all);

            var before = plane.plane().snapshot();
            plane.plane().swap(TestPlane.to(TestPlane.upstream(origin.uri())));
            before.upstreams().forEach(Upstream::close);
            assertThat(count(failures)).isZero();
            assertThat(upstreamSeries()).hasSameSizeAs(all);
        }
    }

    @Test
    void aSparseLogWithholdsAndSaysHowManyWhereThereAreAny() {
        var lines = new ArrayList<String>();
        var log = new SparseLog(2, TimeUnit.HOURS.toNanos(1));
        for (int i = 0; i < 10; i++) {
            log.write(lines::add);
        }
        assertThat(lines).containsExactly("", "");

        var next = new ArrayList<String>();
        var again = new SparseLog(1, TimeUnit.MILLISECONDS.toNanos(500));
        await().until(() -> {
            again.write(next::add);
            return next.size() > 1;
        });
        assertThat(next.getFirst()).isEmpty();
        assertThat(next.getLast()).matches(" \\(and [1-9]\\d* more since the last line\\)");
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

    private List<String> upstreamSeries() {
        return series().stream()
                .filter(id -> id.contains("gatehouse.upstream."))
                .toList();
    }

    private double count(String name) {
        return plane.meters.get(name).functionCounter().count();
    }

    private double gauge(String name) {
        return plane.meters.get(name).gauge().value();
    }
}
