package io.gatehouse.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.RawClient;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class ForwardingTest {
    private static final String GET = "GET /hello?x=1 HTTP/1.1\r\nHost: a.example\r\n\r\n";

    private final TestOrigin origin = TestOrigin.start(Script.echo());
    private final TestPlane plane = TestPlane.start(TestPlane.to(TestPlane.upstream(origin.uri())));

    @AfterEach
    void stop() {
        plane.close();
        origin.close();
    }

    @Test
    void forwardsRequestAndAnswer() throws InterruptedException {
        origin.otherwise(Script.json("{\"a\":1}"));
        try (var client = plane.client()) {
            var answer = client.exchange(GET);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("{\"a\":1}");
            assertThat(answer.header("content-type")).isEqualTo("application/json");
        }
        var seen = origin.take();
        assertThat(seen.requestLine()).isEqualTo("GET /hello?x=1 HTTP/1.1");
        assertThat(seen.header("host")).isEqualTo("127.0.0.1:" + origin.port());
        assertThat(seen.header("x-forwarded-for")).isEqualTo("127.0.0.1");
        assertThat(seen.header("x-forwarded-host")).isEqualTo("a.example");
        assertThat(seen.header("x-forwarded-proto")).isEqualTo("http");
    }

    @Test
    void dropsWhatOnlyTheGatewayMaySay() throws InterruptedException {
        var ours = List.of(
                "x-auth-roles",
                "X-Auth-",
                "gatehouse-anything",
                "X-Gatehouse-Principal",
                "x-forwarded-user",
                "X.Auth.Client.Id",
                "X~Auth-Roles",
                "gatehouse.approval",
                "x.real.ip",
                "Proxy",
                "X-Original-URL",
                "X-Rewrite-URL",
                "X-HTTP-Method-Override",
                "X.HTTP.Method.Override");
        try (var client = plane.client()) {
            client.exchange("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.1.1.1\r\nForwarded: for=1.1.1.1\r\n"
                    + "X-Auth-Client-ID: root\r\nX-Real-IP: 1.1.1.1\r\nConnection: x-hop, keep-alive\r\nX-Hop: 1\r\n"
                    + "Upgrade: h2c\r\nTE: gzip\r\nProxy-Authorization: Basic eA==\r\nX-Stays: 1\r\nX-Authority: 1\r\n"
                    + "X-Gatehouse-Page-Key: 1\r\n" + String.join(": root\r\n", ours) + ": root\r\n\r\n");
        }
        var seen = origin.take().headers();
        assertThat(seen.values("x-forwarded-for")).containsExactly("127.0.0.1");
        assertThat(seen.values("forwarded")).containsExactly("for=127.0.0.1;host=\"a\";proto=http");
        for (var dropped : List.of(
                "x-auth-client-id", "x-real-ip", "x-hop", "upgrade", "te", "proxy-authorization", "connection")) {
            assertThat(seen.has(dropped)).as(dropped).isFalse();
        }
        assertThat(ours).noneMatch(seen::has);
        for (var kept : List.of("x-stays", "x-authority", "x-gatehouse-page-key")) {
            assertThat(seen.first(kept)).as(kept).isEqualTo("1");
        }
    }

    @Test
    void forwardsBodiesOfBothFramings() {
        try (var client = plane.client()) {
            assertThat(client.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
                            .text())
                    .isEqualTo("hello");
            assertThat(client.exchange("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    + "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n")
                            .text())
                    .isEqualTo("hello world");
            assertThat(client.exchange(GET).status()).isEqualTo(200);
        }
        assertThat(origin.connections()).isEqualTo(1);
    }

    @Test
    void relaysChunkedAnswers() {
        origin.otherwise(Script.chunked(List.of("one", "two", "three")));
        try (var client = plane.client()) {
            var answer = client.exchange(GET);
            assertThat(answer.text()).isEqualTo("onetwothree");
            assertThat(answer.header("transfer-encoding")).isEqualTo("chunked");
        }
    }

    @Test
    void answersHttp10ByClosing() {
        origin.otherwise(Script.chunked(List.of("one", "two")));
        try (var client = plane.client()) {
            client.send("GET / HTTP/1.0\r\n\r\n");
            var text = new String(client.readToEnd(), StandardCharsets.ISO_8859_1);
            assertThat(text)
                    .startsWith("HTTP/1.1 200")
                    .contains("connection: close")
                    .endsWith("\r\n\r\nonetwo");
        }
    }

    @Test
    void endsAnAnswerThatEndsWithTheConnection() {
        origin.otherwise(Script.rawThenClose("HTTP/1.1 200 OK\r\n\r\nuntil the end"));
        try (var client = plane.client()) {
            assertThat(client.exchange(GET).text()).isEqualTo("until the end");
            assertThat(client.exchange(GET).text()).isEqualTo("until the end");
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() {
        try (var client = plane.client()) {
            var requests = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                requests.append("POST /" + i + " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n")
                        .append((char) ('0' + i / 10))
                        .append((char) ('0' + i % 10));
            }
            client.send(requests.toString());
            for (int i = 0; i < 50; i++) {
                assertThat(client.read().text()).isEqualTo("" + i / 10 + i % 10);
            }
        }
    }

    @Test
    void answersPipelinedRequestsWithoutBodies() {
        try (var client = plane.client()) {
            client.send(GET.repeat(20));
            for (int i = 0; i < 20; i++) {
                assertThat(client.read().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void keepsHeadAndBodilessAnswersApart() {
        origin.at("/head", Script.of(200, "text/plain", "12345"));
        origin.at("/204", Script.raw("HTTP/1.1 204 No Content\r\n\r\n"));
        origin.at("/304", Script.raw("HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\nETag: \"x\"\r\n\r\n"));
        try (var client = plane.client()) {
            client.send("HEAD /head HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readHead().header("content-length")).isEqualTo("5");
            assertThat(client.exchange("GET /204 HTTP/1.1\r\nHost: a\r\n\r\n").status())
                    .isEqualTo(204);
            assertThat(client.exchange("GET /304 HTTP/1.1\r\nHost: a\r\n\r\n").status())
                    .isEqualTo(304);
            assertThat(client.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok")
                            .text())
                    .isEqualTo("ok");
        }
    }

    @Test
    void streamsLargeBodiesBothWays() {
        var body = new byte[9 << 20];
        new Random(7).nextBytes(body);
        try (var client = plane.client().timeout(Duration.ofSeconds(20))) {
            var sender = CompletableFuture.runAsync(() -> {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n");
                client.send(body);
            });
            assertThat(client.read().body()).isEqualTo(body);
            assertThat(sender).isCompleted();
        }
    }

    @Test
    void invitesABodyThatWaitsForContinue() {
        try (var client = plane.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(100);
            assertThat(client.send("ok").read().text()).isEqualTo("ok");
        }
    }

    @Test
    void passesOnHintsButNoLeaveThatItDidNotAskFor() {
        origin.otherwise(Script.raw("HTTP/1.1 100 Continue\r\n\r\n"
                + "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nSet-Cookie: a=b\r\nLink: </b>\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
        try (var client = plane.client()) {
            var hints = client.exchange(GET);
            assertThat(hints.status()).isEqualTo(103);
            assertThat(hints.headers().values("link")).containsExactly("</a>", "</b>");
            assertThat(hints.headers().has("set-cookie")).isFalse();
            assertThat(client.read().text()).isEqualTo("ok");
        }
    }

    @Test
    void takesNoMoreHintsThanAnybodyNeeds() {
        var hint = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
        origin.otherwise(Script.raw(hint.repeat(17) + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
        try (var client = plane.client()) {
            client.send(GET);
            for (int i = 0; i < 16; i++) {
                assertThat(client.read().status()).isEqualTo(103);
            }
            assertThat(client.read().text()).contains("upstream_malformed");
        }
    }

    @Test
    void keepsHintsFromClientsThatKnowNone() {
        origin.otherwise(Script.raw(
                "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
        try (var client = plane.client()) {
            assertThat(client.exchange("GET / HTTP/1.0\r\n\r\n").text()).isEqualTo("ok");
        }
    }

    @Test
    void passesOnAnEarlyAnswerAndEndsTheConnection() {
        origin.otherwise(Script.early(Script.rawThenClose("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno")));
        try (var client = plane.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nsome");
            var answer = client.read();
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.header("connection")).isEqualTo("close");
            assertThat(client.awaitClose()).isTrue();
        }
    }

    @Test
    void saysThatATargetIsDown() {
        origin.close();
        try (var client = plane.client()) {
            var answer = client.exchange(GET);
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.text()).contains("\"code\":\"upstream_unreachable\"");
            assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        }
    }

    @Test
    void triesTheNextAddressWhenOneIsDown() {
        var dead = TestOrigin.start(Script.echo());
        dead.close();
        try (var both = TestPlane.start(TestPlane.to(TestPlane.upstream(dead.uri(), origin.uri())));
                var client = both.client()) {
            for (int i = 0; i < 4; i++) {
                assertThat(client.exchange(GET).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void saysThatATargetIsTooSlow() {
        origin.otherwise(Script.stallAfter(""));
        var target = TestPlane.upstream(Duration.ofMillis(300), Duration.ofSeconds(5), origin.uri());
        try (var slow = TestPlane.start(TestPlane.to(target));
                var client = slow.client()) {
            var answer = client.exchange(GET);
            assertThat(answer.status()).isEqualTo(504);
            assertThat(answer.text()).contains("upstream_timeout");
        }
    }

    @Test
    void cutsTheClientOffWhenATargetStallsInItsAnswer() {
        origin.otherwise(Script.stallAfter("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome"));
        var target = TestPlane.upstream(Duration.ofSeconds(5), Duration.ofMillis(300), origin.uri());
        try (var slow = TestPlane.start(TestPlane.to(target));
                var client = slow.client()) {
            client.send(GET);
            assertThat(client.readHead().status()).isEqualTo(200);
            assertThat(client.readToEnd()).hasSize(4);
        }
    }

    @Test
    void cutsTheClientOffWhenATargetDiesInItsAnswer() {
        origin.otherwise(Script.rawThenClose("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome"));
        try (var client = plane.client()) {
            client.send(GET);
            assertThat(client.readHead().status()).isEqualTo(200);
            assertThat(client.readToEnd()).hasSize(4);
        }
        await().untilAsserted(() -> assertThat(plane.meters
                        .find("gatehouse.requests")
                        .tag("code", "upstream_failed")
                        .functionCounter())
                .isNotNull());
    }

    @Test
    void refusesAnswersThatBreakFraming() {
        for (var bad : List.of(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok",
                "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
                "HTTP/1.1 200 OK\r\nX: a\u0001b\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 101 Switching Protocols\r\n\r\n",
                "HTTP/2.0 200 OK\r\n\r\n",
                "hello\r\n\r\n")) {
            origin.next(Script.rawThenClose(bad));
            try (var client = plane.client()) {
                var answer = client.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
                assertThat(answer.status()).as(bad).isEqualTo(502);
            }
        }
    }

    @Test
    void neverLetsAnAnswerSpillIntoTheNext() {
        origin.otherwise(Script.raw(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"));
        try (var client = plane.client()) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.exchange(GET).text()).isEqualTo("ok");
            }
        }
    }

    @Test
    void repeatsASafeRequestWhenAnIdleConnectionTurnsOutToBeClosed() {
        try (var client = plane.client()) {
            assertThat(client.exchange(GET).status()).isEqualTo(200);
            origin.next(Script.close());
            assertThat(client.exchange(GET).status()).isEqualTo(200);
            origin.next(Script.close());
            assertThat(client.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok")
                            .status())
                    .isEqualTo(502);
        }
    }

    @Test
    void cancelsTheTargetWhenTheClientLeaves() {
        var started = new CompletableFuture<Void>();
        origin.otherwise((request, wire) -> {
            started.complete(null);
            wire.awaitClose();
            wire.close();
        });
        try (var client = plane.client()) {
            client.send(GET);
            await().until(started::isDone);
        }
        await().until(() -> origin.openConnections() == 0);
        assertThat(origin.calls()).isEqualTo(1);
    }

    @Test
    void takesAHalfCloseForLeaving() throws InterruptedException {
        var left = new CompletableFuture<Boolean>();
        origin.otherwise((_, wire) -> {
            wire.awaitClose();
            left.complete(true);
        });
        try (var client = plane.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            origin.take();
            assertThat(client.endOutput().readToEnd()).isEmpty();
            await().until(left::isDone);
        }
    }

    @Test
    void sendsTheNormalisedPath() throws InterruptedException {
        try (var client = plane.client()) {
            client.exchange("GET /a/%62//./c/../d?q=%2F HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        assertThat(origin.take().target()).isEqualTo("/a/b/d?q=%2F");
    }

    @Test
    void drainsWhatIsInFlight() {
        var gate = new CompletableFuture<Void>();
        origin.otherwise(Script.after(gate, Script.json("{}")));
        try (var busy = plane.client();
                var idle = plane.client()) {
            busy.send(GET);
            await().until(() -> origin.calls() == 1);
            var drained = CompletableFuture.supplyAsync(() -> plane.plane().drain(Duration.ofSeconds(10)));
            assertThat(idle.awaitClose()).isTrue();
            assertThat(drained).isNotDone();
            gate.complete(null);
            var answer = busy.read();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("connection")).isEqualTo("close");
            assertThat(busy.awaitClose()).isTrue();
            assertThat(drained.join()).isTrue();
        }
    }

    @Test
    void drainsWhatHasPartlyCome() {
        try (var partly = plane.client();
                var idle = plane.client()) {
            assertThat(partly.exchange(GET).status()).isEqualTo(200);
            assertThat(idle.exchange(GET).status()).isEqualTo(200);
            partly.send("GET / HTTP/1.1\r\n").send("Host: ");
            assertThat(idle.exchange(GET).status()).isEqualTo(200); // the loop has read that by now
            var drained = CompletableFuture.supplyAsync(() -> plane.plane().drain(Duration.ofSeconds(10)));
            assertThat(idle.awaitClose()).isTrue();

            var answer = partly.exchange("a\r\n\r\n");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("connection")).isEqualTo("close");
            assertThat(partly.awaitClose()).isTrue();
            assertThat(drained.join()).isTrue();
        }
    }

    @Test
    void answersWithoutARoute() {
        var none = new io.gatehouse.proxy.Snapshot(
                new io.gatehouse.proxy.route.RouteTable<>(List.of()),
                plane.plane().snapshot().policies());
        plane.plane().swap(none);
        try (var client = plane.client()) {
            var answer = client.exchange(GET);
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.text()).contains("no_route").contains("requestId");
        }
    }

    @Test
    void reachesATargetByName() {
        var byName = URI.create("http://localhost:" + origin.port());
        try (var named = TestPlane.start(TestPlane.to(TestPlane.upstream(byName)));
                RawClient client = named.client()) {
            assertThat(client.exchange(GET).status()).isEqualTo(200);
        }
    }
}
