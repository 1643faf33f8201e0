package io.gatehouse.proxy.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.Target;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Outcome;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.proxy.http.message.WebSocketHandshake;
import io.gatehouse.testkit.BlockingCheck;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.RawClient;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import io.gatehouse.testkit.Wire;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.netty.http.client.WebsocketClientSpec;
import reactor.netty.http.server.HttpServer;

/** WebSocket over HTTP/1.1: the handshake is judged like any request, then bytes pass both ways. */
@ExtendWith({LeakCheck.class, BlockingCheck.class})
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class WebSocketTest {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    /** What RFC 6455, 1.3, answers to that key. */
    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private static final String HANDSHAKE = "GET /chat?x=1 HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\n"
            + "Upgrade: WebSocket\r\nSec-WebSocket-Key: " + KEY + "\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Protocol: chat\r\n\r\n";
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final TestOrigin origin = TestOrigin.start();
    private final List<Outcome> ends = new CopyOnWriteArrayList<>();
    private final TestPlane plane = TestPlane.start(watched(TestPlane.upstream(origin.uri())));

    private Snapshot watched(Target target) {
        return TestPlane.guarded(target, null, new Filter() {
            @Override
            public Verdict onRequest(Exchange exchange) {
                return exchange.path().equals("/denied")
                                && "websocket".equals(exchange.requestHeaders().get("upgrade"))
                        ? new Denial("test_denied", 403, "forbidden", "not today").deny()
                        : Verdict.NEXT;
            }

            @Override
            public void onEnd(Exchange exchange, Outcome outcome) {
                ends.add(outcome);
            }
        });
    }

    /** What a target does once it has agreed. */
    private interface Talk {
        void on(Wire wire) throws IOException, InterruptedException;
    }

    private static Script agreeing(Talk talk) {
        return (request, wire) -> {
            var key = Objects.requireNonNull(request.header("sec-websocket-key"));
            wire.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Accept: " + WebSocketHandshake.accept(key)
                    + "\r\nSec-WebSocket-Protocol: chat\r\n\r\n");
            talk.on(wire);
            wire.close();
        };
    }

    private static void echo(Wire wire) throws IOException {
        var piece = new byte[8192];
        for (int read = wire.input().read(piece); read >= 0; read = wire.input().read(piece)) {
            wire.send(java.util.Arrays.copyOf(piece, read));
        }
    }

    @BeforeEach
    void echoes() {
        origin.otherwise(agreeing(WebSocketTest::echo));
    }

    @AfterEach
    void stop() {
        plane.close();
        origin.close();
    }

    private RawClient open() {
        var client = plane.client();
        var answer = client.exchange(HANDSHAKE);
        assertThat(answer.status()).isEqualTo(101);
        return client;
    }

    private Outcome onlyEnd() {
        await().until(() -> !ends.isEmpty());
        assertThat(ends).hasSize(1);
        return ends.getFirst();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Test
    void shakesHandsAndPassesBytesBothWays() throws InterruptedException {
        try (var client = plane.client()) {
            var answer = client.exchange(HANDSHAKE);
            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.header("upgrade")).isEqualTo("websocket");
            assertThat(answer.header("connection")).isEqualTo("upgrade");
            assertThat(answer.header("sec-websocket-accept")).isEqualTo(ACCEPT);
            assertThat(answer.header("sec-websocket-protocol")).isEqualTo("chat");
            assertThat(text(client.send("one").readBytes(3))).isEqualTo("one");
            assertThat(text(client.send("\0two").readBytes(4))).isEqualTo("\0two");
        }
        var seen = origin.take();
        assertThat(seen.requestLine()).isEqualTo("GET /chat?x=1 HTTP/1.1");
        assertThat(seen.header("upgrade")).isEqualTo("websocket");
        assertThat(seen.header("connection")).isEqualTo("upgrade");
        assertThat(seen.header("sec-websocket-version")).isEqualTo("13");
        assertThat(seen.header("sec-websocket-protocol")).isEqualTo("chat");
        assertThat(seen.header("x-forwarded-for")).isEqualTo("127.0.0.1");
        var end = onlyEnd();
        assertThat(end.cause()).isEqualTo(Outcome.Cause.SERVED);
        assertThat(end.status()).isEqualTo(101);
        assertThat(end.upstreamStatus()).isEqualTo(101);
        assertThat(end.requestBytes()).isEqualTo(7);
        assertThat(end.responseBytes()).isEqualTo(7);
        await().until(() -> origin.openConnections() == 0);
    }

    @Test
    void keepsTheTargetsDirectionWhenTheClientHasEndedItsOwn() {
        origin.otherwise(agreeing(wire -> {
            var heard = new String(wire.input().readAllBytes(), StandardCharsets.ISO_8859_1);
            wire.send("heard " + heard);
        }));
        try (var client = open()) {
            client.send("all of it").endOutput();
            assertThat(text(client.readToEnd())).isEqualTo("heard all of it");
        }
        assertThat(onlyEnd().cause()).isEqualTo(Outcome.Cause.SERVED);
    }

    @Test
    void keepsTheClientsDirectionWhenTheTargetHasEndedItsOwn() throws Exception {
        var heard = new CompletableFuture<String>();
        origin.otherwise(agreeing(wire -> {
            wire.send("bye");
            wire.endOutput();
            heard.complete(new String(wire.input().readAllBytes(), StandardCharsets.ISO_8859_1));
        }));
        try (var client = open()) {
            assertThat(text(client.readToEnd())).isEqualTo("bye");
            client.send("one more thing").endOutput();
            assertThat(heard.get(5, TimeUnit.SECONDS)).isEqualTo("one more thing");
        }
        var end = onlyEnd();
        assertThat(end.cause()).isEqualTo(Outcome.Cause.SERVED);
        assertThat(end.requestBytes()).isEqualTo(14);
        assertThat(end.responseBytes()).isEqualTo(3);
    }

    @Test
    void sendsWhatTheTargetSaidTogetherWithItsConsent() {
        origin.otherwise((request, wire) -> {
            wire.send("HTTP/1.1 101 OK\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: " + ACCEPT
                    + "\r\n\r\nhello");
            wire.close();
        });
        try (var client = open()) {
            assertThat(text(client.readToEnd())).isEqualTo("hello");
        }
    }

    @Test
    void passesOnARefusalAsAPlainAnswer() {
        origin.otherwise(Script.of(403, "text/plain", "no"));
        try (var client = plane.client()) {
            var answer = client.exchange(HANDSHAKE);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.text()).isEqualTo("no");
            assertThat(answer.headers().has("upgrade")).isFalse();
            origin.otherwise(Script.echo());
            assertThat(client.exchange(GET).status()).isEqualTo(200);
        }
    }

    @Test
    void letsFiltersRefuseTheHandshake() {
        try (var client = plane.client()) {
            assertThat(client.exchange(HANDSHAKE.replace("/chat", "/denied")).status())
                    .isEqualTo(403);
        }
        assertThat(origin.calls()).isZero();
    }

    @Test
    void sendsNothingToATargetThatHasNotAgreed() {
        origin.otherwise(Script.of(403, "text/plain", "no"));
        try (var client = plane.client()) {
            client.send(HANDSHAKE + "GET /second HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(403);
            assertThat(client.read().status()).isEqualTo(403);
        }
        assertThat(origin.requests()).extracting(request -> request.path()).containsExactly("/chat", "/second");
    }

    @Test
    void refusesConsentThatProvesNothing() {
        for (var bad : List.of(
                "Connection: Upgrade\r\nUpgrade: websocket\r\n",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: AAAA\r\n",
                "Connection: Upgrade\r\nUpgrade: h2c\r\nSec-WebSocket-Accept: " + ACCEPT + "\r\n",
                "Upgrade: websocket\r\nSec-WebSocket-Accept: " + ACCEPT + "\r\n")) {
            origin.next(Script.raw("HTTP/1.1 101 OK\r\n" + bad + "\r\nGET /evil"));
            try (var client = plane.client()) {
                var answer = client.exchange(HANDSHAKE);
                assertThat(answer.status()).as(bad).isEqualTo(502);
                assertThat(answer.text()).contains("upstream_malformed");
            }
        }
    }

    @Test
    void refusesConsentThatNobodyAskedFor() {
        origin.otherwise(Script.raw("HTTP/1.1 101 OK\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Accept: " + ACCEPT + "\r\n\r\n"));
        var other = HANDSHAKE.replace("WebSocket\r\n", "h2c\r\n");
        for (var request :
                List.of(GET, other, HANDSHAKE.replace("GET ", "OPTIONS "), HANDSHAKE.replace(", Upgrade", ""))) {
            try (var client = plane.client()) {
                assertThat(client.exchange(request).status()).as(request).isEqualTo(502);
            }
        }
        assertThat(origin.requests())
                .allMatch(request -> request.header("upgrade") == null && request.header("connection") == null);
    }

    @Test
    void refusesHandshakesThatBreakTheRules() {
        var version = "Sec-WebSocket-Version: 13\r\n";
        var key = "Sec-WebSocket-Key: " + KEY + "\r\n";
        for (var bad : List.of(
                HANDSHAKE.replace(key, ""),
                HANDSHAKE.replace(key, key + key),
                HANDSHAKE.replace(KEY, "c2hvcnQ="),
                HANDSHAKE.replace(KEY, KEY.replace('=', '*')),
                HANDSHAKE.replace("keep-alive, Upgrade", "Upgrade, Sec-WebSocket-Key"),
                HANDSHAKE.replace(version, version + "Content-Length: 2\r\n") + "hi")) {
            try (var client = plane.client()) {
                assertThat(client.exchange(bad).status()).as(bad).isEqualTo(400);
            }
        }
        for (var other : List.of("", "Sec-WebSocket-Version: 8\r\n", version + version)) {
            try (var client = plane.client()) {
                var answer = client.exchange(HANDSHAKE.replace(version, other));
                assertThat(answer.status()).isEqualTo(426);
                assertThat(answer.header("sec-websocket-version")).isEqualTo("13");
            }
        }
        assertThat(origin.calls()).isZero();
    }

    @Test
    void slowsTheClientDownToTheTargetsPace() throws Exception {
        var body = new byte[24 << 20];
        new Random(3).nextBytes(body);
        var gate = new CompletableFuture<Void>();
        var heard = new CompletableFuture<byte[]>();
        origin.otherwise(agreeing(wire -> {
            gate.join();
            heard.complete(wire.input().readAllBytes());
        }));
        try (var client = open()) {
            var sender = CompletableFuture.runAsync(() -> client.send(body).endOutput());
            await().during(Duration.ofMillis(500)).until(() -> !sender.isDone());
            gate.complete(null);
            assertThat(heard.get(20, TimeUnit.SECONDS)).isEqualTo(body);
        }
        assertThat(onlyEnd().requestBytes()).isEqualTo(body.length);
    }

    @Test
    void slowsTheTargetDownToTheClientsPace() {
        var body = new byte[24 << 20];
        new Random(4).nextBytes(body);
        var sent = new CompletableFuture<Void>();
        origin.otherwise(agreeing(wire -> {
            wire.send(body);
            sent.complete(null);
        }));
        try (var client = open().timeout(Duration.ofSeconds(20))) {
            await().during(Duration.ofMillis(500)).until(() -> !sent.isDone());
            assertThat(client.readToEnd()).isEqualTo(body);
        }
        assertThat(onlyEnd().responseBytes()).isEqualTo(body.length);
    }

    @Test
    void endsWhenTheTargetBreaksOff() {
        origin.otherwise(agreeing(Wire::reset));
        try (var client = open()) {
            assertThat(client.awaitClose()).isTrue();
        }
        assertThat(onlyEnd().cause()).isEqualTo(Outcome.Cause.FAILED);
    }

    @Test
    void letsGoOfTheTargetWhenTheClientBreaksOff() {
        open().reset();
        await().until(() -> origin.openConnections() == 0);
        assertThat(onlyEnd().cause()).isEqualTo(Outcome.Cause.CANCELLED);
    }

    @Test
    void endsWhenNothingMovesForTooLong() {
        var target = TestPlane.upstream(Duration.ofSeconds(5), Duration.ofMillis(500), origin.uri());
        plane.plane().swap(watched(target));
        try (var client = open()) {
            assertThat(client.awaitClose()).isTrue();
        }
        assertThat(onlyEnd().code()).isEqualTo("upstream_timeout");
        await().until(() -> origin.openConnections() == 0);
    }

    @Test
    void livesOnWhenItsUpstreamIsReplaced() {
        var old = (Target.ToUpstream) TestPlane.upstream(origin.uri());
        plane.plane().swap(watched(old));
        try (var client = open()) {
            plane.plane().swap(watched(TestPlane.upstream(origin.uri())));
            old.upstream().close();
            await().during(Duration.ofMillis(600))
                    .until(() -> text(client.send("still").readBytes(5)).equals("still"));
        }
    }

    @Test
    void isCutOffByADrainOnlyWhenItsTimeIsOver() {
        RawClient client;
        try (var own = TestPlane.start(watched(TestPlane.upstream(origin.uri())))) {
            client = own.client();
            assertThat(client.exchange(HANDSHAKE).status()).isEqualTo(101);
            var drained = CompletableFuture.supplyAsync(() -> own.plane().drain(Duration.ofMillis(700)));
            assertThat(text(client.send("still").readBytes(5))).isEqualTo("still");
            assertThat(drained.join()).isFalse();
        }
        assertThat(client.awaitClose()).isTrue();
        client.close();
        assertThat(onlyEnd().requestBytes()).isEqualTo(5);
    }

    // ---- real peers

    /** A listener that keeps what it hears. */
    private static final class Heard implements WebSocket.Listener {
        private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final StringBuilder partial = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                texts.add(partial.toString());
                partial.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return null;
        }
    }

    @Test
    void carriesReactorNettysClient() {
        origin.otherwise(agreeing(wire -> {
            wire.send(new byte[] {(byte) 0x81, 3, 'o', 'n', 'e', (byte) 0x81, 3, 't', 'w', 'o', (byte) 0x88, 0});
            wire.awaitClose();
        }));
        var heard = reactor.netty.http.client.HttpClient.create()
                .websocket(WebsocketClientSpec.builder().protocols("chat").build())
                .uri("ws://127.0.0.1:" + plane.port() + "/")
                .handle((in, out) -> in.receive().asString())
                .collectList()
                .block(Duration.ofSeconds(5));
        assertThat(heard).containsExactly("one", "two");
        await().until(() -> origin.openConnections() == 0);
    }

    @Test
    void carriesTheJdksClientToAnotherServer() throws Exception {
        var server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .route(routes -> routes.ws(
                        "/ws",
                        (in, out) -> out.sendString(in.receive().asString().map(text -> "echo " + text))))
                .bindNow();
        plane.plane().swap(watched(TestPlane.upstream(URI.create("http://127.0.0.1:" + server.port()))));
        try (var http = HttpClient.newHttpClient()) {
            var heard = new Heard();
            var socket = http.newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + plane.port() + "/ws"), heard)
                    .get(5, TimeUnit.SECONDS);
            socket.sendText("hello", true).get(5, TimeUnit.SECONDS);
            assertThat(heard.texts.poll(5, TimeUnit.SECONDS)).isEqualTo("echo hello");
            socket.sendText("x".repeat(60_000), true).get(5, TimeUnit.SECONDS);
            var all = new StringBuilder();
            while (all.toString().replace("echo ", "").length() < 60_000) {
                all.append(heard.texts.poll(5, TimeUnit.SECONDS));
            }
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "done").get(5, TimeUnit.SECONDS);
            assertThat(heard.closed.get(5, TimeUnit.SECONDS)).isEqualTo(WebSocket.NORMAL_CLOSURE);
        } finally {
            server.disposeNow();
        }
        assertThat(onlyEnd().cause()).isEqualTo(Outcome.Cause.SERVED);
    }
}
