package io.gatehouse.proxy.http.client;

import static io.gatehouse.proxy.http.client.FrameClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.Protocol;
import io.gatehouse.proxy.filter.BodyUse;
import io.gatehouse.proxy.filter.DecisionLog;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Outcome;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.proxy.http.message.WebSocketHandshake;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Requests over HTTP/2 on clear text, frame by frame. */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class Http2Test {
    private final TestOrigin origin = TestOrigin.start(Script.echo());
    private final TestPlane plane = TestPlane.start(TestPlane.to(TestPlane.upstream(origin.uri())));
    private final FrameClient client = FrameClient.connect(plane.port());

    @AfterEach
    void stop() {
        client.close();
        plane.close();
        origin.close();
    }

    @Test
    void forwardsRequestAndAnswer() throws InterruptedException {
        origin.otherwise(Script.json("{\"a\":1}"));
        var answer = client.get(1, "/hello?x=1").answer(1);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{\"a\":1}");
        assertThat(answer.header("content-type")).isEqualTo("application/json");
        assertThat(answer.header("content-length")).isEqualTo("7");
        var seen = origin.take();
        assertThat(seen.requestLine()).isEqualTo("GET /hello?x=1 HTTP/1.1");
        assertThat(seen.header("x-forwarded-host")).isEqualTo("a.example");
    }

    @Test
    void joinsCookiesAndDropsWhatOnlyTheGatewayMaySay() throws InterruptedException {
        client.head(
                        1,
                        true,
                        request(
                                "GET",
                                "/",
                                "cookie",
                                "a=1",
                                "x-real-ip",
                                "1.1.1.1",
                                "cookie",
                                "b=2",
                                "x-auth-roles",
                                "root",
                                "x-authority",
                                "kept",
                                "gatehouse-anything",
                                "root",
                                "cookie",
                                "c=3"))
                .answer(1);
        var seen = origin.take();
        assertThat(seen.headers().values("cookie")).containsExactly("a=1; b=2; c=3");
        assertThat(List.of("x-real-ip", "x-auth-roles", "gatehouse-anything")).noneMatch(seen.headers()::has);
        assertThat(seen.header("x-authority")).isEqualTo("kept");
    }

    @Test
    void forwardsBodiesWithAndWithoutLength() throws InterruptedException {
        client.post(1, "/", "content-length", "5").data(1, "he", false).data(1, "llo", true);
        assertThat(client.answer(1).text()).isEqualTo("hello");
        assertThat(origin.take().header("content-length")).isEqualTo("5");
        client.post(3, "/").data(3, "hello", false).data(3, " world", false).data(3, "", true);
        assertThat(client.answer(3).text()).isEqualTo("hello world");
        assertThat(origin.take().header("transfer-encoding")).isEqualTo("chunked");
        client.post(5, "/").data(5, "", true);
        assertThat(client.answer(5).text()).isEmpty();
        assertThat(origin.connections()).isEqualTo(1);
    }

    @Test
    void servesStreamsSideBySide() {
        var gate = new CompletableFuture<Void>();
        origin.at("/slow", Script.after(gate, Script.of(200, "text/plain", "slow")));
        origin.at("/fast", Script.of(200, "text/plain", "fast"));
        client.get(1, "/slow").get(3, "/fast");
        assertThat(client.answer(3).text()).isEqualTo("fast");
        assertThat(client.soFar(1).statuses).isEmpty();
        gate.complete(null);
        assertThat(client.answer(1).text()).isEqualTo("slow");
    }

    @Test
    void relaysAnswersWithoutABody() {
        origin.otherwise(Script.raw("HTTP/1.1 204 No Content\r\n\r\n"));
        assertThat(client.get(1, "/").answer(1).status()).isEqualTo(204);
        origin.otherwise(Script.raw("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n"));
        assertThat(client.get(3, "/").answer(3).header("etag")).isEqualTo("\"a\"");
        origin.otherwise(Script.raw("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"));
        var head = client.head(5, true, request("HEAD", "/")).answer(5);
        assertThat(head.header("content-length")).isEqualTo("1000");
        assertThat(head.text()).isEmpty();
    }

    @Test
    void relaysChunkedAnswersAndTrailersBothWays() throws InterruptedException {
        origin.otherwise(Script.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n"
                + "3\r\none\r\n3\r\ntwo\r\n0\r\nX-Sum: 7\r\n\r\n"));
        client.head(1, false, request("POST", "/", "te", "trailers"))
                .data(1, "body", false)
                .head(1, true, "x-check", "1");
        var answer = client.answer(1);
        assertThat(answer.text()).isEqualTo("onetwo");
        assertThat(answer.header("transfer-encoding")).isNull();
        assertThat(answer.header("connection")).isNull();
        assertThat(answer.trailers).containsEntry("x-sum", "7");
        assertThat(origin.take().body()).asString().isEqualTo("body");
    }

    @Test
    void asksForABodyThatIsHeldBack() {
        client.post(1, "/", "expect", "100-continue", "content-length", "5");
        while (client.soFar(1).statuses.isEmpty()) {
            client.next();
        }
        assertThat(client.soFar(1).status()).isEqualTo(100);
        assertThat(client.data(1, "hello", true).answer(1).text()).isEqualTo("hello");
    }

    @Test
    void passesEarlyHintsOn() {
        origin.otherwise(Script.raw("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
        var answer = client.get(1, "/").answer(1);
        assertThat(answer.statuses).containsExactly(103, 200);
        assertThat(answer.header("link")).contains("a.css");
    }

    @Test
    void anAnswerBeforeTheRequestsEndIsWholeAndEndsTheRequest() {
        origin.otherwise(Script.early(Script.of(403, "text/plain", "no")));
        client.post(1, "/").data(1, "some", false);
        var answer = client.answer(1);
        assertThat(answer.status()).isEqualTo(403);
        while (!answer.ended) {
            client.next();
        }
        assertThat(answer.text()).isEqualTo("no");
        assertThat(client.awaitReset(1)).isEqualTo(FrameClient.NO_ERROR);
        origin.otherwise(Script.echo());
        assertThat(client.get(3, "/").answer(3).status()).isEqualTo(200);
    }

    @Test
    void aCancelledRequestCancelsTheTarget() throws InterruptedException {
        origin.otherwise(Script.stallAfter(""));
        client.get(1, "/");
        origin.take();
        assertThat(origin.openConnections()).isEqualTo(1);
        client.reset(1, FrameClient.CANCEL);
        await().untilAsserted(() -> assertThat(origin.openConnections()).isZero());
        origin.otherwise(Script.echo());
        assertThat(client.get(3, "/").answer(3).status()).isEqualTo(200);
    }

    @Test
    void aLeavingClientCancelsEveryTarget() throws InterruptedException {
        origin.otherwise(Script.stallAfter("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome"));
        client.get(1, "/").get(3, "/");
        origin.take();
        origin.take();
        client.close();
        await().untilAsserted(() -> assertThat(origin.openConnections()).isZero());
    }

    @Test
    void aBrokenAnswerIsSeenAsBroken() {
        origin.otherwise(Script.rawThenClose("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome"));
        var answer = client.get(1, "/").answer(1);
        assertThat(answer.ended).isFalse();
        assertThat(answer.reset).isPositive();
    }

    @Test
    void sendsNothingBehindAReset() {
        origin.otherwise(Script.rawThenClose("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome"));
        for (int stream = 1; stream < 80; stream += 2) {
            client.get(stream, "/").awaitReset(stream);
            int before = client.soFar(stream).body.size();
            client.frame(FrameClient.PING, 0, 0, new byte[8])
                    .await(FrameClient.PING); // answered behind all that was written
            assertThat(client.soFar(stream).body.size()).isEqualTo(before);
        }
    }

    @Test
    void sendsOfABrokenAnswerWhatTheWindowHasRoomFor() {
        origin.otherwise(Script.rawThenClose("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome"));
        try (var narrow = FrameClient.withWindow(plane.port(), 3)) {
            assertThat(narrow.get(1, "/").awaitReset(1)).isEqualTo(FrameClient.INTERNAL_ERROR);
            assertThat(narrow.soFar(1).text()).isEqualTo("som");
            narrow.window(1, 10).frame(FrameClient.PING, 0, 0, new byte[8]).await(FrameClient.PING);
            assertThat(narrow.soFar(1).text()).isEqualTo("som");
        }
    }

    @Test
    void sendsNothingBehindTheResetOfARequestThatBreaksTheRules() {
        try (var narrow = FrameClient.withWindow(plane.port(), 0)) {
            origin.otherwise(Script.early(Script.json("{}")));
            narrow.post(1, "/", "content-length", "1").await(FrameClient.HEADERS);
            assertThat(narrow.data(1, "ab", true).awaitReset(1)).isEqualTo(FrameClient.PROTOCOL_ERROR);
            narrow.window(1, 10).frame(FrameClient.PING, 0, 0, new byte[8]).await(FrameClient.PING);
            assertThat(narrow.soFar(1).text()).isEmpty();
        }
    }

    @Test
    void judgesTargetsAndHostsAsOverHttp1() throws InterruptedException {
        assertThat(client.get(1, "/a?b=^`").answer(1).status()).isEqualTo(200);
        assertThat(origin.take().target()).isEqualTo("/a?b=^`");
        assertThat(client.get(3, "/a^b").answer(3).status()).isEqualTo(400);
        assertThat(client.get(5, "/a?b\\c").answer(5).status()).isEqualTo(400);
        String[] beyond = {":method", "GET", ":scheme", "http", ":authority", "a:65536", ":path", "/"};
        assertThat(client.head(7, true, beyond).answer(7).status()).isEqualTo(400);
    }

    /** Records of decisions that break as requests ask for it. */
    private static final class BreakingLog implements DecisionLog {
        @Override
        public Verdict decided(Exchange exchange, @Nullable Denial denial) {
            if (exchange.path().equals(denial == null ? "/breaks" : "/breaks-late")) {
                throw new IllegalStateException("a broken record");
            }
            return Verdict.NEXT;
        }

        @Override
        public void ended(Exchange exchange, Outcome outcome) {
            if (exchange.path().equals("/breaks-at-the-end")) {
                throw new IllegalStateException("a broken record");
            }
        }
    }

    private static final class Reading implements Filter {
        @Override
        public Verdict onRequest(Exchange exchange) {
            return Verdict.NEXT;
        }

        @Override
        public BodyUse requestBody() {
            return BodyUse.READ;
        }
    }

    @Test
    void whatBreaksOneRequestEndsNoOther() {
        var gate = new CompletableFuture<Void>();
        origin.at("/slow", Script.after(gate, Script.of(200, "text/plain", "slow")));
        var snapshot = TestPlane.guarded(TestPlane.upstream(origin.uri()), new BreakingLog(), new Reading());
        var limits = TestPlane.limits(1 << 20, Duration.ofMillis(250), Duration.ofSeconds(75), 10);
        try (var guarded = TestPlane.start(limits, snapshot);
                var asking = FrameClient.connect(guarded.port())) {
            asking.get(1, "/slow").get(3, "/breaks");
            assertThat(asking.answer(3).status()).isEqualTo(503);
            assertThat(asking.get(5, "/breaks-at-the-end").answer(5).status()).isEqualTo(200);
            asking.post(7, "/breaks").data(7, "body", true);
            assertThat(asking.answer(7).status()).isEqualTo(503);
            asking.post(9, "/breaks-late").data(9, "b", false); // and found too slow by the clock
            assertThat(asking.answer(9).status()).isEqualTo(503);
            gate.complete(null);
            assertThat(asking.answer(1).text()).isEqualTo("slow");
        }
    }

    @Test
    void aStalledUploadHoldsUpNoOther() {
        // the filter-less route forwards to an origin that does not read: its stream's window stays with the client
        origin.at("/stalled", Script.early((request, wire) -> wire.awaitClose()));
        client.post(1, "/stalled");
        var block = "x".repeat(16_000);
        for (int sent = 0; sent + block.length() < 65_535; sent += block.length()) {
            client.data(1, block, false);
        }
        for (int stream = 3; stream < 23; stream += 2) {
            client.post(stream, "/").data(stream, block, false).data(stream, block, true);
            assertThat(client.answer(stream).text()).hasSize(2 * block.length());
        }
    }

    @Test
    void aStalledDownloadHoldsUpNoOther() {
        var large = "y".repeat(1 << 20);
        origin.at("/large", Script.of(200, "text/plain", large));
        origin.at("/small", Script.of(200, "text/plain", "small"));
        client.keepingWindow().window(0, 4 << 20).get(1, "/large").get(3, "/small");
        assertThat(client.answer(3).text()).isEqualTo("small");
        assertThat(client.soFar(1).body.size()).isLessThanOrEqualTo(65_535);
        client.window(1, 2 << 20);
        assertThat(client.answer(1).text()).isEqualTo(large);
    }

    @Test
    void streamsLargeBodiesBothWays() {
        var text = "0123456789abcdef".repeat(1 << 10);
        client.post(1, "/");
        int sent = 0;
        int window = 65_535;
        while (sent < 64) {
            while (window < text.length()) {
                var frame = client.frame();
                if (frame.type() == FrameClient.WINDOW_UPDATE && frame.stream() == 1) {
                    window += frame.code();
                }
            }
            client.data(1, text, ++sent == 64);
            window -= text.length();
        }
        assertThat(client.answer(1).text()).hasSize(64 * text.length()).isEqualTo(text.repeat(64));
    }

    @Test
    void endsAStreamWhoseAnswerIsNotTaken() {
        try (var small = TestPlane.start(
                        TestPlane.limits(1 << 20, Duration.ofSeconds(5), Duration.ofMillis(500), 50),
                        TestPlane.to(TestPlane.upstream(origin.uri())));
                var stingy = FrameClient.withWindow(small.port(), 0)) {
            origin.otherwise(Script.of(200, "text/plain", "taken by nobody"));
            assertThat(stingy.get(1, "/").awaitReset(1)).isEqualTo(FrameClient.CANCEL);
            assertThat(stingy.awaitEnd()).isEqualTo(FrameClient.NO_ERROR);
        }
    }

    @Test
    void drainsWithoutLosingWhatIsOnItsWay() {
        var gate = new CompletableFuture<Void>();
        origin.otherwise(Script.after(gate, Script.of(200, "text/plain", "done")));
        client.get(1, "/");
        await().untilAsserted(() -> assertThat(origin.calls()).isEqualTo(1));
        var drained = CompletableFuture.supplyAsync(() -> plane.plane().drain(Duration.ofSeconds(5)));
        var first = client.await(FrameClient.GOAWAY);
        assertThat(first.payload()[3] & 0xff).isEqualTo(0xff);
        // opened before the round trip was over: it is served
        client.get(3, "/");
        var ping = client.await(FrameClient.PING);
        client.frame(FrameClient.PING, FrameClient.ACK, 0, ping.payload());
        var second = client.await(FrameClient.GOAWAY);
        assertThat(second.payload()[3]).isEqualTo((byte) 3);
        client.get(5, "/");
        gate.complete(null);
        assertThat(client.answer(1).text()).isEqualTo("done");
        assertThat(client.answer(3).text()).isEqualTo("done");
        assertThat(client.awaitEnd()).isEqualTo(-1);
        client.close();
        assertThat(drained.join()).isTrue();
        assertThat(origin.calls()).isEqualTo(2);
    }

    @Test
    void countsByProtocol() {
        client.get(1, "/").answer(1);
        client.get(3, "/").answer(3);
        try (var other = plane.client()) {
            other.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        assertThat(counted("gatehouse.client.requests", "http2")).isEqualTo(2);
        assertThat(counted("gatehouse.client.requests", "http1")).isEqualTo(1);
        assertThat(counted("gatehouse.client.connections", "http2")).isEqualTo(1);
    }

    @Test
    void speaksOnlyWhatTheListenerIsSetTo() {
        var snapshot = TestPlane.to(TestPlane.upstream(origin.uri()));
        try (var old = TestPlane.speaking(Protocol.HTTP1, null, snapshot);
                var modern = TestPlane.speaking(Protocol.HTTP2, null, snapshot)) {
            try (var raw = old.client()) {
                assertThat(raw.exchange("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").status())
                        .isEqualTo(505);
            }
            try (var raw = FrameClient.silent(modern.port())) {
                raw.bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(raw.awaitEnd()).isEqualTo(FrameClient.PROTOCOL_ERROR);
            }
            try (var right = FrameClient.connect(modern.port())) {
                assertThat(right.get(1, "/").answer(1).status()).isEqualTo(200);
            }
        }
    }

    // ---- WebSocket (RFC 8441)

    private static final String[] WEBSOCKET =
            request("CONNECT", "/chat", ":protocol", "websocket", "sec-websocket-version", "13");

    /** An origin that agrees to WebSocket and sends back whatever it gets, until the client ends. */
    private void agreeToWebSocket() {
        origin.otherwise(Script.early((request, wire) -> {
            var key = Objects.requireNonNull(request.header("sec-websocket-key"));
            wire.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Accept: " + WebSocketHandshake.accept(key)
                    + "\r\nSec-WebSocket-Protocol: chat\r\n\r\n");
            var bytes = new byte[1024];
            for (int count = wire.input().read(bytes);
                    count >= 0;
                    count = wire.input().read(bytes)) {
                wire.send(Arrays.copyOf(bytes, count));
            }
            wire.close();
        }));
    }

    @Test
    void opensAWebSocketThroughExtendedConnect() throws InterruptedException {
        agreeToWebSocket();
        client.head(1, false, WEBSOCKET).data(1, "early ", false);
        while (client.soFar(1).body.size() < 6) {
            client.next();
        }
        var answer = client.soFar(1);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("sec-websocket-accept")).isNull();
        assertThat(answer.header("sec-websocket-protocol")).isEqualTo("chat");
        assertThat(origin.take().requestLine()).isEqualTo("GET /chat HTTP/1.1");
        client.data(1, "bytes", true);
        assertThat(client.answer(1).text()).isEqualTo("early bytes");
        assertThat(answer.reset).isNegative();
    }

    /** A client over HTTP/2 gives none (RFC 8441, 5): what it sends all the same is nobody's key. */
    @Test
    void makesTheKeyOfAWebSocketItself() throws InterruptedException {
        agreeToWebSocket();
        var given = Arrays.copyOf(WEBSOCKET, WEBSOCKET.length + 4);
        given[WEBSOCKET.length] = given[WEBSOCKET.length + 2] = "sec-websocket-key";
        given[WEBSOCKET.length + 1] = "no key";
        given[WEBSOCKET.length + 3] = "dGhlIHNhbXBsZSBub25jZQ==";
        client.head(1, false, given).data(1, "", true);
        assertThat(client.answer(1).status()).isEqualTo(200);
        assertThat(origin.take().headers().values("sec-websocket-key"))
                .singleElement()
                .satisfies(key -> assertThat(Base64.getDecoder().decode(key)).hasSize(16))
                .isNotEqualTo("dGhlIHNhbXBsZSBub25jZQ==");
    }

    @Test
    void aWebSocketThatIsRefusedIsAnswered() {
        origin.otherwise(Script.of(403, "text/plain", "no"));
        client.head(1, false, WEBSOCKET);
        var answer = client.answer(1);
        assertThat(answer.status()).isEqualTo(403);
        client.head(3, false, request("CONNECT", "/chat", ":protocol", "websocket", "sec-websocket-version", "8"));
        assertThat(client.answer(3).status()).isEqualTo(426);
    }

    private double counted(String name, String protocol) {
        return plane.meters
                .get(name)
                .tag("protocol", protocol)
                .functionCounter()
                .count();
    }

    @Test
    void answersAreNotMixedUpUnderLoad() {
        origin.otherwise(
                (request, wire) -> Script.of(200, "text/plain", request.path()).answer(request, wire));
        var streams = java.util.stream.IntStream.range(0, 100)
                .map(i -> 2 * i + 1)
                .boxed()
                .toList();
        streams.forEach(stream -> client.get(stream, "/" + stream));
        for (int stream : streams) {
            assertThat(client.answer(stream).text()).isEqualTo("/" + stream);
        }
        assertThat(List.copyOf(streams)).hasSize(100);
    }
}
