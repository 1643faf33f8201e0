package io.gatehouse.proxy.http.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.Route;
import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.Target;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterChain;
import io.gatehouse.proxy.filter.FilterChain.Link;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.RouteInfo;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.proxy.http.exchange.BodyBudget;
import io.gatehouse.proxy.route.PathPattern;
import io.gatehouse.proxy.route.RouteTable;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How requests find a target that answers, over real sockets. */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class UpstreamTest {
    private static final String GET = "GET /hello HTTP/1.1\r\nHost: a.example\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok";

    private final TestOrigin one = TestOrigin.start(Script.of(200, "text/plain", "one"));
    private final TestOrigin two = TestOrigin.start(Script.of(200, "text/plain", "two"));

    @AfterEach
    void stop() {
        one.close();
        two.close();
    }

    private double count(TestPlane plane, String meter, String... tags) {
        var found = plane.meters.find(meter).tags(tags).functionCounter();
        return found == null ? -1 : found.count();
    }

    private @Nullable Double gauge(TestPlane plane, String meter, TestOrigin target) {
        var found =
                plane.meters.find(meter).tags("target", target.uri().toString()).gauge();
        return found == null ? null : found.value();
    }

    @Test
    void sharesRequestsByWeight() {
        try (var plane = TestUpstreams.plane(
                        "targets: [{ url: %s, weight: 3 }, { url: %s, weight: 1 }]".formatted(one.uri(), two.uri()));
                var client = plane.client()) {
            for (int i = 0; i < 40; i++) {
                assertThat(client.exchange(GET).status()).isEqualTo(200);
            }
        }
        assertThat(one.calls()).isEqualTo(30);
        assertThat(two.calls()).isEqualTo(10);
    }

    @Test
    void sendsNothingToATargetOfWeightZero() {
        try (var plane = TestUpstreams.plane("targets: [{ url: %s, weight: 0 }, %s]".formatted(one.uri(), two.uri()));
                var client = plane.client()) {
            for (int i = 0; i < 10; i++) {
                assertThat(client.exchange(GET).text()).isEqualTo("two");
            }
        }
        assertThat(one.calls()).isZero();
    }

    @Test
    void prefersTheLessBusyTarget() {
        var gate = new CompletableFuture<Void>();
        one.otherwise(Script.after(gate, Script.json("{}")));
        try (var plane = TestUpstreams.plane(
                        "{ targets: [%s, %s], balance: least-request }".formatted(one.uri(), two.uri()));
                var busy = plane.client();
                var client = plane.client()) {
            while (one.calls() == 0) {
                if (two.calls() > 0) {
                    busy.read();
                }
                int before = one.calls() + two.calls();
                busy.send(GET);
                await().until(() -> one.calls() + two.calls() > before);
            }
            int before = two.calls();
            for (int i = 0; i < 10; i++) {
                assertThat(client.exchange(GET).text()).isEqualTo("two");
            }
            assertThat(two.calls()).isEqualTo(before + 10);
            gate.complete(null);
            assertThat(busy.read().status()).isEqualTo(200);
        }
    }

    @Test
    void leavesOutATargetThatFailsItsChecksAndTakesItBack() {
        one.at("/health", Script.of(503, "text/plain", "no"));
        two.at("/health", Script.of(204, "text/plain", ""));
        try (var plane = TestUpstreams.plane(("{ targets: [%s, %s], health: { path: /health, interval: 100ms, "
                                + "timeout: 100ms, unhealthy: 2, healthy: 2 } }")
                        .formatted(one.uri(), two.uri()));
                var client = plane.client()) {
            await().untilAsserted(() -> assertThat(gauge(plane, "gatehouse.upstream.target.available", one))
                    .isZero());
            for (int i = 0; i < 6; i++) {
                assertThat(client.exchange(GET).text()).isEqualTo("two");
            }
            assertThat(gauge(plane, "gatehouse.upstream.target.available", two)).isEqualTo(1);
            one.at("/health", Script.of(200, "text/plain", "yes"));
            await().until(() -> client.exchange(GET).text().equals("one"));
        }
    }

    @Test
    void ejectsATargetThatCannotBeReached() {
        one.close();
        try (var plane = TestUpstreams.plane(
                        "{ targets: [%s, %s], ejection: { failures: 2, base: 1m } }".formatted(one.uri(), two.uri()));
                var client = plane.client()) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.exchange(POST).text()).isEqualTo("two");
            }
            assertThat(count(plane, "gatehouse.upstream.connect.failures")).isEqualTo(2);
            assertThat(count(plane, "gatehouse.upstream.ejections")).isEqualTo(1);
            assertThat(count(plane, "gatehouse.upstream.retries", "reason", "connect_failure"))
                    .isEqualTo(2);
            assertThat(gauge(plane, "gatehouse.upstream.target.ejected", one)).isEqualTo(1);
        }
    }

    @Test
    void neverLeavesOutTheOnlyTarget() {
        one.otherwise(Script.close());
        try (var plane = TestUpstreams.plane(
                        "{ targets: [%s], ejection: { failures: 1, base: 1m } }".formatted(one.uri()));
                var client = plane.client()) {
            assertThat(client.exchange(POST).status()).isEqualTo(502);
            one.otherwise(Script.json("{}"));
            assertThat(client.exchange(POST).status()).isEqualTo(200);
        }
    }

    @Test
    void asksNothingOfAnUpstreamWhoseBreakerIsOpen() {
        one.otherwise(Script.of(500, "text/plain", "no"));
        try (var plane = TestUpstreams.plane(("{ targets: [%s], circuitBreaker: { window: 4, minimum: 4, open: 1m, "
                                + "serverErrors: true } }")
                        .formatted(one.uri()));
                var client = plane.client()) {
            for (int i = 0; i < 4; i++) {
                assertThat(client.exchange(GET).status()).isEqualTo(500);
            }
            var refused = client.exchange(GET);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.text()).contains("\"code\":\"upstream_open\"");
            assertThat(refused.header("retry-after")).isEqualTo("60");
            assertThat(one.calls()).isEqualTo(4);
            assertThat(count(plane, "gatehouse.upstream.refused", "code", "upstream_open"))
                    .isEqualTo(1);
        }
    }

    @Test
    void closesTheBreakerAfterAGoodProbeAndKeepsNoPermitOfAClientThatLeft() {
        one.otherwise(Script.stallAfter(""));
        try (var plane = TestUpstreams.plane(("{ targets: [%s], timeouts: { response: 250ms }, circuitBreaker: "
                                + "{ window: 1, minimum: 1, open: 50ms, probes: 1 } }")
                        .formatted(one.uri()));
                var client = plane.client()) {
            assertThat(client.exchange(GET).status()).isEqualTo(504);
            await().until(() -> {
                try (var leaving = plane.client()) {
                    int before = one.calls();
                    leaving.send(GET);
                    await().until(() -> one.calls() > before || !leaving.staysSilent(Duration.ofMillis(20)));
                    return one.calls() > before;
                }
            });
            one.otherwise(Script.json("{}"));
            await().until(() -> client.exchange(GET).status() == 200);
        }
    }

    @Test
    void retriesAnIdempotentRequestOnAnotherTargetWhereConfigured() {
        one.otherwise(Script.close());
        try (var plane = TestUpstreams.plane(("{ targets: [%s, %s], balance: round-robin, ejection: { failures: 0 }, "
                                + "retry: { attempts: 2, on: [connect-failure, reset-before-response] } }")
                        .formatted(one.uri(), two.uri()));
                var client = plane.client()) {
            for (int i = 0; i < 6; i++) {
                assertThat(client.exchange(GET).text()).isEqualTo("two");
            }
            assertThat(count(plane, "gatehouse.upstream.retries", "reason", "reset"))
                    .isEqualTo(3);
            int statuses = 0;
            for (int i = 0; i < 4; i++) {
                statuses += client.exchange(POST).status();
            }
            assertThat(statuses).as("a POST is never sent twice").isEqualTo(2 * 502 + 2 * 200);
        }
        assertThat(one.calls()).isEqualTo(5);
    }

    @Test
    void neverSaysThatNothingWasSentWhereAnEarlierTargetGotTheRequest() {
        one.otherwise(Script.close());
        two.close();
        try (var plane = TestUpstreams.plane(("{ targets: [%s, %s], balance: round-robin, ejection: { failures: 0 }, "
                                + "retry: { attempts: 2, on: [reset-before-response] } }")
                        .formatted(one.uri(), two.uri()));
                var client = plane.client()) {
            var answers = client.exchange(GET).text() + client.exchange(GET).text();
            assertThat(answers).containsOnlyOnce("upstream_unreachable").containsOnlyOnce("upstream_failed");
        }
        assertThat(one.calls()).isOne();
    }

    @Test
    void repeatsNoRequestBeyondTheBudget() {
        one.otherwise(Script.close());
        two.otherwise(Script.close());
        try (var plane = TestUpstreams.plane(("{ targets: [%s, %s], ejection: { failures: 0 }, "
                                + "retry: { attempts: 2, on: [reset-before-response], budget: 0%% } }")
                        .formatted(one.uri(), two.uri()));
                var client = plane.client()) {
            for (int i = 0; i < 30; i++) {
                assertThat(client.exchange(GET).status()).isEqualTo(502);
            }
            assertThat(count(plane, "gatehouse.upstream.retries.denied")).isGreaterThanOrEqualTo(10);
        }
        assertThat(one.calls() + two.calls()).isBetween(40, 50);
    }

    @Test
    void neverRepeatsAnApprovedRequestOnceItWasSent() {
        one.otherwise(Script.close());
        Filter approving = new TestPlane.Approving() {
            @Override
            public Verdict onRequest(Exchange exchange) {
                exchange.approval("apr_1");
                return Verdict.NEXT;
            }
        };
        var target = TestUpstreams.to(
                ("{ targets: [%s], retry: { attempts: 5, on: [connect-failure, " + "reset-before-response] } }")
                        .formatted(one.uri()));
        try (var plane = TestPlane.start(TestPlane.guarded(target, null, approving));
                var client = plane.client()) {
            assertThat(client.exchange(GET).status()).isEqualTo(502);
            assertThat(one.calls()).isEqualTo(1);
        }
    }

    @Test
    void neverRepeatsARequestThatHadAnInterimAnswer() {
        try (var plane = TestUpstreams.plane(
                        "{ targets: [%s], retry: { on: [reset-before-response] } }".formatted(one.uri()));
                var client = plane.client()) {
            assertThat(client.exchange(GET).status()).isEqualTo(200);
            one.otherwise(Script.rawThenClose("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"));
            assertThat(client.exchange(GET).status()).as("on a used connection").isEqualTo(103);
            assertThat(client.read().status()).isEqualTo(502);
            assertThat(client.exchange(GET).status()).as("on a new one").isEqualTo(103);
            assertThat(client.read().status()).isEqualTo(502);
            one.next(Script.json("{}"));
            assertThat(client.exchange(GET).status()).isEqualTo(200);
            one.otherwise(Script.rawThenClose("HTTP/1.1 100 Continue\r\n\r\n"));
            assertThat(client.exchange(GET).status())
                    .as("one that is not passed on")
                    .isEqualTo(502);
        }
        assertThat(one.calls()).isEqualTo(5);
    }

    @Test
    void neverRepeatsARequestWhoseBodyWasStreamed() {
        try (var plane = TestUpstreams.plane(
                        "{ targets: [%s], retry: { on: [reset-before-response] } }".formatted(one.uri()));
                var client = plane.client()) {
            assertThat(client.exchange(GET).status()).isEqualTo(200);
            one.otherwise(Script.close());
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            assertThat(client.send("2\r\nok\r\n0\r\n\r\n").read().status()).isEqualTo(502);
        }
        assertThat(one.calls()).isEqualTo(2);
    }

    @Test
    void refusesMoreConnectionsThanThereMayBe() {
        var gate = new CompletableFuture<Void>();
        one.otherwise(Script.after(gate, Script.json("{}")));
        try (var plane = TestUpstreams.plane("{ targets: [%s], connections: { max: 1 } }".formatted(one.uri()));
                var first = plane.client();
                var second = plane.client()) {
            first.send(GET);
            await().until(() -> one.calls() == 1);
            var refused = second.exchange(GET);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.text()).contains("upstream_busy");
            gate.complete(null);
            assertThat(first.read().status()).isEqualTo(200);
            assertThat(second.exchange(GET).status()).isEqualTo(200);
        }
        assertThat(one.connections()).isEqualTo(1);
    }

    @Test
    void keepsNoMoreIdleConnectionsThanAskedFor() {
        try (var plane = TestUpstreams.plane("{ targets: [%s], connections: { idle: 0 } }".formatted(one.uri()));
                var client = plane.client()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.exchange(GET).status()).isEqualTo(200);
            }
        }
        assertThat(one.connections()).isEqualTo(3);
    }

    @Test
    void namesAMeterAgainWhenAnUpstreamIsReplaced() {
        var yaml = "targets: [%s]".formatted(one.uri());
        var before = TestUpstreams.of(yaml);
        try (var plane = TestPlane.start(TestPlane.to(new Target.ToUpstream(before)))) {
            var after = TestUpstreams.of(yaml);
            plane.plane().swap(TestPlane.to(new Target.ToUpstream(after)));
            before.close();
            assertThat(gauge(plane, "gatehouse.upstream.target.available", one)).isEqualTo(1);
            after.close();
            assertThat(gauge(plane, "gatehouse.upstream.target.available", one)).isNull();
        }
    }

    // ---- mirrors

    private TestPlane mirrored(Filter... filters) {
        return mirrored(new BodyBudget(1 << 20), filters);
    }

    private TestPlane mirrored(BodyBudget bodies, Filter... filters) {
        var links = new java.util.ArrayList<Link>();
        for (var filter : filters) {
            links.add(new Link("test", filter instanceof TestPlane.Approving ? Phase.APPROVE : Phase.EDGE, filter));
        }
        var route = new Route(
                new RouteInfo("all", "default", List.of()),
                new FilterChain(links, Duration.ofSeconds(2)),
                TestUpstreams.to("targets: [%s]".formatted(one.uri())),
                0,
                null,
                new Route.Mirror(new Upstream("copy", TestUpstreams.config("targets: [%s]".formatted(two.uri()))), 1));
        var all = new RouteTable.Entry<>("all", List.of(), false, PathPattern.parse("/**"), Set.<String>of(), route);
        return TestPlane.start(
                bodies,
                new Snapshot(
                        new RouteTable<>(List.of(all)),
                        TestPlane.to(route.target()).policies()));
    }

    @Test
    void sendsACopyAndDropsItsAnswer() throws InterruptedException {
        one.otherwise(Script.echo());
        two.otherwise(Script.of(500, "text/plain", "whatever"));
        try (var plane = mirrored();
                var client = plane.client()) {
            assertThat(client.exchange(POST.replace("Host: a", "Host: a\r\nGatehouse-Mirror: me"))
                            .text())
                    .isEqualTo("ok");
            var copy = two.take();
            assertThat(copy.text()).isEqualTo("ok");
            assertThat(copy.header("gatehouse-mirror")).isEqualTo("true");
            assertThat(copy.header("x-forwarded-for")).isEqualTo("127.0.0.1");
            assertThat(one.take().header("gatehouse-mirror")).isNull();
            assertThat(client.exchange(GET).status()).isEqualTo(200);
            assertThat(two.take().header("content-length")).isNull();
            client.send("POST /streamed HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n");
            assertThat(client.send("2\r\ncd\r\n0\r\n\r\n").read().text()).isEqualTo("abcd");
            assertThat(two.take().text()).isEqualTo("abcd");
            await().untilAsserted(() -> assertThat(plane.meters
                            .find("gatehouse.upstream.mirrored")
                            .tag("upstream", "copy")
                            .functionCounter())
                    .satisfies(counter -> assertThat(counter.count()).isEqualTo(3)));
        }
    }

    @Test
    void copiesNoLargeBodyAndWaitsForNoMirror() {
        one.otherwise(Script.echo());
        two.otherwise(Script.stallAfter(""));
        var large = "x".repeat(200_000);
        try (var plane = mirrored();
                var client = plane.client()) {
            assertThat(client.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n" + large)
                            .body())
                    .hasSize(200_000);
            assertThat(client.exchange(GET).status()).isEqualTo(200);
            assertThat(client.exchange(GET).status()).isEqualTo(200);
            assertThat(plane.meters
                            .find("gatehouse.upstream.mirror.dropped")
                            .tag("upstream", "copy")
                            .functionCounter())
                    .satisfies(counter -> assertThat(counter.count()).isEqualTo(1));
        }
        assertThat(two.requests())
                .allSatisfy(request -> assertThat(request.method()).isEqualTo("GET"));
    }

    private double droppedCopies(TestPlane plane) {
        return count(plane, "gatehouse.upstream.mirror.dropped", "upstream", "copy");
    }

    @Test
    void keepsNoMoreOfCopiesThanAllBodiesMayTake() throws InterruptedException {
        one.otherwise(Script.echo());
        var bodies = new BodyBudget(1000);
        try (var plane = mirrored(bodies);
                var begun = plane.client();
                var client = plane.client()) {
            begun.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 601\r\n\r\n" + "x".repeat(600));
            await().until(() -> bodies.used() == 600);
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 600\r\n\r\n" + "x".repeat(600));
            assertThat(client.read().body()).as("the request goes its way").hasSize(600);
            assertThat(droppedCopies(plane)).isEqualTo(1);
            assertThat(begun.send("x").read().body()).hasSize(601);
            assertThat(two.take().body()).hasSize(601);
            await().until(() -> bodies.used() == 0);
            try (var leaving = plane.client()) {
                leaving.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 601\r\n\r\n" + "x".repeat(600));
                await().until(() -> bodies.used() == 600);
            }
            await().until(() -> bodies.used() == 0);
        }
    }

    @Test
    void keepsNothingForCopiesBeyondThoseInFlight() {
        two.otherwise(Script.stallAfter(""));
        var bodies = new BodyBudget(1000);
        one.otherwise(Script.echo());
        try (var plane = mirrored(bodies);
                var client = plane.client()) {
            for (int i = 0; i < 64; i++) {
                assertThat(client.exchange(GET).status()).isEqualTo(200);
            }
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 601\r\n\r\n" + "x".repeat(600));
            await().until(() -> droppedCopies(plane) == 1);
            assertThat(client.send("x").read().body()).hasSize(601);
            assertThat(bodies.used()).isZero();
        }
    }

    @Test
    void copiesNoApprovedRequest() {
        Filter approving = new TestPlane.Approving() {
            @Override
            public Verdict onRequest(Exchange exchange) {
                exchange.approval("apr_1");
                return Verdict.NEXT;
            }
        };
        try (var plane = mirrored(approving);
                var client = plane.client()) {
            assertThat(client.exchange(POST).status()).isEqualTo(200);
            assertThat(client.exchange(GET).status()).isEqualTo(200);
        }
        assertThat(two.calls()).isZero();
    }
}
