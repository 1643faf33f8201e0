package io.gatehouse.proxy.http.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import io.micrometer.core.instrument.FunctionCounter;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is counted of each target: how requests ended there, and how its checks did. */
@ExtendWith(LeakCheck.class)
class TargetMetersTest {
    private static final String GET = "GET %s HTTP/1.1\r\nHost: a\r\n\r\n";

    private final TestOrigin one = TestOrigin.start(Script.of(200, "text/plain", "one"));
    private final TestOrigin two = TestOrigin.start(Script.of(200, "text/plain", "two"));

    @AfterEach
    void stop() {
        one.close();
        two.close();
    }

    /** All that is not zero, such as {@code 2xx=3 failed=1}. */
    private static String counted(TestPlane plane, String meter, TestOrigin target) {
        return plane
                .meters
                .find(meter)
                .tags("upstream", "test", "target", target.uri().toString())
                .functionCounters()
                .stream()
                .filter(counter -> counter.count() > 0)
                .map(TargetMetersTest::text)
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private static String text(FunctionCounter counter) {
        return Objects.requireNonNull(counter.getId().getTag("result")) + "=" + (int) counter.count();
    }

    private static String requests(TestPlane plane, TestOrigin target) {
        return counted(plane, "gatehouse.upstream.target.requests", target);
    }

    @Test
    void countsHowRequestsEndedAtEach() {
        one.at("/missing", Script.of(404, "text/plain", "no"));
        one.at("/moved", Script.of(302, "text/plain", "there"));
        one.at("/broken", Script.of(500, "text/plain", "no"));
        one.at("/dead", Script.close());
        one.at("/half", Script.rawThenClose("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"));
        var never = new CompletableFuture<Void>();
        one.at("/slow", Script.after(never, Script.of(200, "text/plain", "late")));
        try (var plane = TestUpstreams.plane(
                "{ targets: [{ url: %s }, { url: %s, weight: 0 }] }".formatted(one.uri(), two.uri()))) {
            for (var path : new String[] {"/", "/a", "/missing", "/moved", "/broken"}) {
                try (var client = plane.client()) {
                    client.exchange(GET.formatted(path));
                }
            }
            try (var client = plane.client()) {
                assertThat(client.exchange("POST /dead HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
                                .status())
                        .isEqualTo(502);
            }
            try (var client = plane.client()) {
                client.send(GET.formatted("/half"));
                client.readToEnd();
            }
            try (var client = plane.client()) {
                client.send("POST /slow HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
                await().until(() -> one.openConnections() > 0);
                assertThat(client.send("zz\r\n").read().status()).isEqualTo(400);
            }
            int before = one.calls();
            try (var client = plane.client()) {
                client.send(GET.formatted("/slow"));
                await().until(() -> one.calls() > before);
            }
            await().untilAsserted(() -> assertThat(requests(plane, one))
                    .isEqualTo("2xx=2 3xx=1 4xx=1 5xx=1 cancelled=1 failed=2 refused=1"));
            assertThat(requests(plane, two)).isEmpty();
        }
        never.complete(null);
    }

    @Test
    void countsTheTargetThatAnsweredInTheEnd() {
        one.close();
        try (var plane = TestUpstreams.plane(
                        "{ targets: [%s, %s], balance: round-robin }".formatted(one.uri(), two.uri()));
                var client = plane.client()) {
            for (int i = 0; i < 4; i++) {
                assertThat(client.exchange(GET.formatted("/")).text()).isEqualTo("two");
            }
            assertThat(requests(plane, two)).isEqualTo("2xx=4");
            assertThat(requests(plane, one)).matches("failed=[12]");
        }
    }

    @Test
    void aResetThatIsSentElsewhereCountsWhereItHappened() {
        one.otherwise(Script.close());
        try (var plane = TestUpstreams.plane(
                        "{ targets: [%s, %s], balance: round-robin, ejection: { failures: 0 }, retry: { on: [reset-before-response], budget: 100%% } }"
                                .formatted(one.uri(), two.uri()));
                var client = plane.client()) {
            for (int i = 0; i < 4; i++) {
                assertThat(client.exchange(GET.formatted("/")).text()).isEqualTo("two");
            }
            assertThat(requests(plane, two)).isEqualTo("2xx=4");
            assertThat(requests(plane, one)).isEqualTo("failed=2");
        }
    }

    private static String series(TestPlane plane, TestOrigin target) {
        return plane
                .meters
                .find("gatehouse.upstream.target.requests")
                .tags("target", target.uri().toString())
                .functionCounters()
                .stream()
                .map(TargetMetersTest::text)
                .sorted()
                .collect(Collectors.joining(" "));
    }

    @Test
    void showsBeforeTheFirstRequestOnlyWhatAlarmsLookAt() {
        one.at("/missing", Script.of(404, "text/plain", "no"));
        try (var plane = TestUpstreams.plane("{ targets: [%s] }".formatted(one.uri()));
                var client = plane.client()) {
            assertThat(series(plane, one)).isEqualTo("2xx=0 5xx=0 failed=0");
            client.exchange(GET.formatted("/missing"));
            await().untilAsserted(() -> assertThat(series(plane, one)).isEqualTo("2xx=0 4xx=1 5xx=0 failed=0"));

            plane.plane().swap(TestPlane.to(TestUpstreams.to("{ targets: [%s] }".formatted(one.uri()))));
            client.exchange(GET.formatted("/missing"));
            client.exchange(GET.formatted("/missing"));
            await().untilAsserted(() -> assertThat(series(plane, one)).isEqualTo("2xx=0 4xx=2 5xx=0 failed=0"));
        }
    }

    @Test
    void whatIsServedNoMoreAddsNoSeries() throws Exception {
        var gate = new CompletableFuture<Void>();
        one.otherwise(Script.after(gate, Script.of(404, "text/plain", "no")));
        try (var plane = TestUpstreams.plane("{ targets: [%s] }".formatted(one.uri()));
                var client = plane.client()) {
            client.send(GET.formatted("/"));
            one.take();
            plane.plane().swap(TestPlane.to(TestUpstreams.to("{ targets: [%s] }".formatted(one.uri()))));
            gate.complete(null);
            assertThat(client.read().status()).isEqualTo(404);
            assertThat(client.exchange(GET.formatted("/")).status()).isEqualTo(404);
            await().untilAsserted(() -> assertThat(series(plane, one)).isEqualTo("2xx=0 4xx=1 5xx=0 failed=0"));
        }
    }

    @Test
    void countsChecksOfHealth() {
        one.at("/health", Script.of(503, "text/plain", "no"));
        try (var plane =
                TestUpstreams.plane("{ targets: [%s, %s], health: { path: /health, interval: 300ms, timeout: 300ms } }"
                        .formatted(one.uri(), two.uri()))) {
            await().untilAsserted(() -> {
                assertThat(counted(plane, "gatehouse.upstream.target.checks", one))
                        .matches("failed=([3-9]|\\d\\d+)");
                assertThat(counted(plane, "gatehouse.upstream.target.checks", two))
                        .contains("passed=");
            });
            assertThat(requests(plane, one)).isEmpty();
        }
    }
}
