package io.gatehouse.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.Route;
import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.filter.EarlyEnds.Early;
import io.gatehouse.proxy.filter.Outcome;
import io.gatehouse.proxy.http.client.FrameClient;
import io.gatehouse.proxy.route.PathPattern;
import io.gatehouse.proxy.route.RouteTable;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.TestOrigin;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What ends before a filter sees it is heard of once, and nothing else is. */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class EarlyEndsTest {
    private record Heard(Early request, Outcome outcome) {}

    private final List<Heard> heard = new CopyOnWriteArrayList<>();
    private final TestOrigin origin = TestOrigin.start();
    private final TestPlane plane = TestPlane.behind(null, false, List.of("127.0.0.0/8"), snapshot());

    @AfterEach
    void stop() {
        plane.close();
        origin.close();
    }

    /** In which a route takes GET below {@code /routed}. */
    private Snapshot snapshot() {
        var all = TestPlane.to(TestPlane.upstream(origin.uri()));
        var route = all.routes().routes().iterator().next();
        var entry = new RouteTable.Entry<Route>(
                "routed", List.of(), false, PathPattern.parse("/routed/**"), Set.of("GET"), route);
        return new Snapshot(
                new RouteTable<>(List.of(entry)),
                all.reserved(),
                all.policies(),
                (request, outcome) -> heard.add(new Heard(request, outcome)));
    }

    private Heard only() {
        await().until(() -> !heard.isEmpty());
        assertThat(heard).hasSize(1);
        return heard.getFirst();
    }

    private void hears(int status, String code, @Nullable String path) {
        var only = only();
        assertThat(only.outcome().status()).isEqualTo(status);
        assertThat(only.outcome().code()).isEqualTo(code);
        assertThat(only.request().path()).isEqualTo(path);
        assertThat(only.request().authority()).isEqualTo("a.example");
        assertThat(only.request().listener()).isEqualTo("test");
        assertThat(only.request().headers().get("traceparent")).isEqualTo("mine");
    }

    private int send(String line, String... fields) {
        try (var client = plane.client()) {
            return client.exchange(line + " HTTP/1.1\r\nHost: a.example\r\ntraceparent: mine\r\n"
                            + String.join("", fields) + "\r\n")
                    .status();
        }
    }

    private int sendHttp2(String path) {
        try (var client = FrameClient.connect(plane.port())) {
            return client.get(1, path).answer(1).status();
        }
    }

    @Test
    void ofAPathThatNoRouteTakes() {
        assertThat(send("GET /elsewhere?secret=1")).isEqualTo(404);
        hears(404, "no_route", "/elsewhere");
        assertThat(only().request().requestId()).isNotEmpty();
    }

    @Test
    void ofAMethodThatNoRouteTakes() {
        assertThat(send("PUT /routed/a", "Content-Length: 0\r\n")).isEqualTo(405);
        hears(405, "method_not_allowed", "/routed/a");
    }

    @Test
    void ofAPathThatIsRefused() {
        assertThat(send("GET /routed/%2e%2e%2f/a")).isEqualTo(400);
        hears(400, "malformed_request", null);
    }

    @Test
    void ofABodyThatIsAnnouncedTooLarge() {
        assertThat(send("POST /routed/a", "Content-Length: 99999999\r\n")).isEqualTo(413);
        hears(413, "body_too_large", null);
    }

    @Test
    void ofClientsThatContradictThemselves() {
        assertThat(send("GET /routed/a", "X-Forwarded-For: 192.0.2.1\r\n", "Forwarded: for=192.0.2.2\r\n"))
                .isEqualTo(400);
        hears(400, "forwarding_contradicts", "/routed/a");
    }

    @Test
    void ofTheSameOverHttp2() {
        assertThat(sendHttp2("/elsewhere")).isEqualTo(404);
        assertThat(only().outcome().code()).isEqualTo("no_route");
        heard.clear();
        assertThat(sendHttp2("/routed/%2e%2e%2f/a")).isEqualTo(400);
        assertThat(only().outcome().code()).isEqualTo("malformed_request");
    }

    @Test
    void ofNothingThatFiltersSeeOrThatIsNoRequest() {
        assertThat(send("GET /routed/a")).isEqualTo(200);
        try (var client = plane.client()) {
            assertThat(client.exchange("this is no HTTP\r\n\r\n").status()).isEqualTo(400);
        }
        assertThat(send("GET /elsewhere")).isEqualTo(404);
        assertThat(only().outcome().code()).isEqualTo("no_route");
    }
}
