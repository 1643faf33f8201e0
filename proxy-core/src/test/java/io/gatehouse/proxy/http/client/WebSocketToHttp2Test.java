package io.gatehouse.proxy.http.client;

import static io.gatehouse.proxy.http.client.FrameClient.encoded;
import static io.gatehouse.proxy.http.client.FrameClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.Target;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Outcome;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.proxy.http.message.WebSocketHandshake;
import io.gatehouse.proxy.http.target.TestUpstreams;
import io.gatehouse.proxy.tls.TlsConfig;
import io.gatehouse.testkit.BlockingCheck;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.RawClient;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import io.gatehouse.testkit.Wire;
import io.netty.pkitesting.CertificateBuilder;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * WebSocket to targets that speak HTTP/2 (RFC 8441): another gateway, which passes it on to an origin over HTTP/1.1, HAProxy, and
 * bytes by hand.
 */
@ExtendWith({LeakCheck.class, BlockingCheck.class})
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class WebSocketToHttp2Test {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    /** What RFC 6455, 1.3, answers to that key. */
    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private static final String HANDSHAKE = "GET /chat?x=1 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Key: " + KEY + "\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Protocol: chat\r\n\r\n";
    private static final String PROTOCOL = "sec-websocket-protocol";
    private static final String[] CONNECT =
            request("CONNECT", "/chat", ":protocol", "websocket", "sec-websocket-version", "13", PROTOCOL, "chat");
    private static final byte[] OFFERS = {0, 8, 0, 0, 0, 1};

    private final TestOrigin origin = TestOrigin.start(agreeing(WebSocketToHttp2Test::echo));
    private final TestPlane inner = TestPlane.start(TestPlane.to(TestPlane.upstream(origin.uri())));
    private final List<Outcome> ends = new CopyOnWriteArrayList<>();
    private final TestPlane plane = watched("{ targets: ['h2c://127.0.0.1:%d'] }".formatted(inner.port()));

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        plane.close();
        inner.close();
        origin.close();
    }

    private TestPlane watched(String upstream) {
        return watched(TestUpstreams.to(upstream));
    }

    private TestPlane watched(Target target) {
        return TestPlane.start(TestPlane.guarded(target, null, new Filter() {
            @Override
            public Verdict onRequest(Exchange exchange) {
                return Verdict.NEXT;
            }

            @Override
            public void onEnd(Exchange exchange, Outcome outcome) {
                ends.add(outcome);
            }
        }));
    }

    private interface Talk {
        void on(Wire wire) throws IOException, InterruptedException;
    }

    private static Script agreeing(Talk talk) {
        return (request, wire) -> {
            var key = Objects.requireNonNull(request.header("sec-websocket-key"));
            wire.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Accept: " + WebSocketHandshake.accept(key) + "\r\n"
                    + (request.headers().has(PROTOCOL) ? "Sec-WebSocket-Protocol: chat\r\n" : "")
                    + "\r\n");
            talk.on(wire);
            wire.close();
        };
    }

    private static void echo(Wire wire) throws IOException {
        var piece = new byte[8192];
        for (int read = wire.input().read(piece); read >= 0; read = wire.input().read(piece)) {
            wire.send(Arrays.copyOf(piece, read));
        }
    }

    private RawClient open() {
        var client = plane.client().timeout(Duration.ofSeconds(20));
        assertThat(client.exchange(HANDSHAKE).status()).isEqualTo(101);
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
    void opensForClientsOverHttp1() throws InterruptedException {
        try (var client = plane.client()) {
            var answer = client.exchange(HANDSHAKE);
            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.header("upgrade")).isEqualTo("websocket");
            assertThat(answer.header("connection")).isEqualTo("upgrade");
            assertThat(answer.header("sec-websocket-accept")).isEqualTo(ACCEPT);
            assertThat(answer.header(PROTOCOL)).isEqualTo("chat");
            assertThat(text(client.send("one").readBytes(3))).isEqualTo("one");
            assertThat(text(client.send("\0two").readBytes(4))).isEqualTo("\0two");
        }
        var seen = origin.take();
        assertThat(seen.requestLine()).isEqualTo("GET /chat?x=1 HTTP/1.1");
        assertThat(seen.header("sec-websocket-key"))
                .as("of the gateway between")
                .isNotEqualTo(KEY);
        assertThat(seen.header(PROTOCOL)).isEqualTo("chat");
        var end = onlyEnd();
        assertThat(end.cause()).isEqualTo(Outcome.Cause.SERVED);
        assertThat(end.status()).isEqualTo(101);
        assertThat(end.requestBytes()).isEqualTo(7);
        assertThat(end.responseBytes()).isEqualTo(7);
        await().until(() -> origin.openConnections() == 0);
    }

    @Test
    void opensForClientsOverHttp2BesideOtherRequests() {
        try (var client = FrameClient.connect(plane.port())) {
            client.head(1, false, CONNECT).data(1, "early ", false);
            while (client.soFar(1).body.size() < 6) {
                client.next();
            }
            assertThat(client.soFar(1).status()).isEqualTo(200);
            assertThat(client.soFar(1).header("sec-websocket-accept")).isNull();
            assertThat(client.soFar(1).header(PROTOCOL)).isEqualTo("chat");
            origin.at("/plain", Script.of(200, "text/plain", "hello"));
            assertThat(client.get(3, "/plain").answer(3).text()).isEqualTo("hello");
            client.data(1, "bytes", true);
            assertThat(client.answer(1).text()).isEqualTo("early bytes");
            assertThat(client.soFar(1).reset).isNegative();
        }
    }

    @Test
    void keepsTheDirectionThatHasNotEnded() throws Exception {
        var heard = new CompletableFuture<String>();
        origin.otherwise(agreeing(wire -> {
            wire.send("bye");
            wire.endOutput();
            heard.complete(text(wire.input().readAllBytes()));
        }));
        try (var client = open()) {
            assertThat(text(client.readToEnd())).isEqualTo("bye");
            client.send("one more thing").endOutput();
            assertThat(heard.get(5, TimeUnit.SECONDS)).isEqualTo("one more thing");
        }
        assertThat(onlyEnd().cause()).isEqualTo(Outcome.Cause.SERVED);
        origin.otherwise(agreeing(wire -> wire.send("heard " + text(wire.input().readAllBytes()))));
        try (var client = open()) {
            client.send("all of it").endOutput();
            assertThat(text(client.readToEnd())).isEqualTo("heard all of it");
        }
        await().until(() -> ends.size() == 2);
    }

    @Test
    void movesAtThePaceOfTheSlowerSide() throws Exception {
        var body = new byte[12 << 20];
        new Random(3).nextBytes(body);
        var gate = new CompletableFuture<Void>();
        var heard = new CompletableFuture<byte[]>();
        origin.otherwise(agreeing(wire -> {
            gate.join();
            heard.complete(wire.input().readNBytes(body.length));
            wire.send(body);
        }));
        try (var client = open()) {
            var sender = CompletableFuture.runAsync(() -> client.send(body));
            await().during(Duration.ofMillis(500)).until(() -> !sender.isDone());
            gate.complete(null);
            assertThat(heard.get(20, TimeUnit.SECONDS)).isEqualTo(body);
            await().during(Duration.ofMillis(500)).until(() -> ends.isEmpty());
            assertThat(client.readToEnd()).isEqualTo(body);
        }
        assertThat(onlyEnd().responseBytes()).isEqualTo(body.length);
    }

    @Test
    void endsBothSidesWhenOneBreaksOff() {
        origin.otherwise(agreeing(Wire::reset));
        try (var client = open()) {
            assertThat(client.awaitClose()).isTrue();
        }
        assertThat(onlyEnd().cause()).isEqualTo(Outcome.Cause.FAILED);
        ends.clear();
        origin.otherwise(agreeing(WebSocketToHttp2Test::echo));
        open().reset();
        await().until(() -> origin.openConnections() == 0);
        assertThat(onlyEnd().cause()).isEqualTo(Outcome.Cause.CANCELLED);
    }

    @Test
    void passesOnARefusalAsAPlainAnswer() {
        origin.otherwise(Script.of(403, "text/plain", "no"));
        try (var client = plane.client()) {
            var answer = client.exchange(HANDSHAKE);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.text()).isEqualTo("no");
            assertThat(answer.headers().has("upgrade")).isFalse();
            assertThat(client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status())
                    .isEqualTo(403);
        }
    }

    // ---- what the target offers

    @Test
    void waitsForTheTargetToSayWhatItTakes() throws Exception {
        try (var target = new SilentTarget();
                var own = watched(target.upstream());
                var client = own.client()) {
            client.send(HANDSHAKE);
            try (var socket = target.accept()) {
                await().during(Duration.ofMillis(300))
                        .until(() -> socket.getInputStream().available() == 0);
                socket.getOutputStream().write(encoded(FrameClient.SETTINGS, 0, 0, OFFERS));
                var head = SilentTarget.head(socket);
                int stream = head.stream();
                assertThat(head.has(FrameClient.END_STREAM)).isFalse();
                socket.getOutputStream()
                        .write(encoded(FrameClient.HEADERS, FrameClient.END_HEADERS, stream, (byte) 0x88));
                assertThat(client.read().header("sec-websocket-accept")).isEqualTo(ACCEPT);
                socket.getOutputStream()
                        .write(encoded(
                                FrameClient.DATA,
                                FrameClient.END_STREAM,
                                stream,
                                "bye".getBytes(StandardCharsets.UTF_8)));
                assertThat(text(client.readToEnd())).isEqualTo("bye");
            }
        }
    }

    @Test
    void givesUpOnATargetThatDoesNotSayWhatItTakes() throws Exception {
        try (var target = new SilentTarget();
                var own = watched(target.upstream());
                var client = own.client()) {
            client.send(HANDSHAKE);
            try (var socket = target.accept()) {
                assertThat(client.read().text()).contains("upstream_timeout");
                assertThat(socket.getInputStream().readAllBytes())
                        .as("a goodbye at most")
                        .hasSizeLessThan(100);
            }
            client.send(HANDSHAKE.replace("Host", "Connection: close\r\nHost"));
            for (int attempt = 0; attempt < 3; attempt++) {
                target.accept().close();
            }
            assertThat(client.read().text()).contains("upstream_failed");
        }
    }

    @Test
    void saysThatATargetTakesNoWebSocket() throws Exception {
        try (var target = new SilentTarget();
                var own = watched(target.upstream());
                var client = own.client()) {
            client.send(HANDSHAKE);
            try (var socket = target.accept()) {
                socket.getOutputStream().write(encoded(FrameClient.SETTINGS, 0, 0));
                var answer = client.read();
                assertThat(answer.status()).isEqualTo(501);
                assertThat(answer.text()).contains("upstream_without_websocket");
                assertThat(SilentTarget.next(socket).type())
                        .as("no head, only the receipt")
                        .isEqualTo(FrameClient.SETTINGS);
                assertThat(socket.getInputStream().available()).isZero();
            }
        }
        assertThat(onlyEnd().forwarded()).isFalse();
    }

    // ---- real peers

    private String authority() throws Exception {
        var site = new CertificateBuilder()
                .algorithm(CertificateBuilder.Algorithm.ecp256)
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Files.writeString(folder.resolve("site.key"), site.getPrivateKeyPEM());
        return Files.writeString(folder.resolve("site.pem"), site.getCertificatePathPEM())
                .toString();
    }

    /** What a client hears, as text, until the other side says goodbye. */
    private static final class Heard implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<String> all = new CompletableFuture<>();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            all.complete(text.toString());
            return null;
        }
    }

    private static void talk(int port) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var heard = new Heard();
            var socket = http.newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + port + "/ws"), heard)
                    .get(5, TimeUnit.SECONDS);
            socket.sendText("x".repeat(60_000), true).get(5, TimeUnit.SECONDS);
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "done").get(5, TimeUnit.SECONDS);
            assertThat(heard.all.get(5, TimeUnit.SECONDS)).isEqualTo("x".repeat(60_000));
        }
    }

    /** One that says each frame again, unmasked, and ends behind the goodbye. */
    private static Script frames() {
        return agreeing(wire -> {
            var in = new DataInputStream(wire.input());
            boolean goes = true;
            while (goes) {
                int first = in.readUnsignedByte();
                int length = in.readUnsignedByte() & 0x7f;
                boolean extended = length == 126;
                length = extended ? in.readUnsignedShort() : length;
                var mask = in.readNBytes(4);
                var said = in.readNBytes(length);
                for (int i = 0; i < length; i++) {
                    said[i] ^= mask[i % 4];
                }
                wire.send(
                        extended
                                ? new byte[] {(byte) first, 126, (byte) (length >> 8), (byte) length}
                                : new byte[] {(byte) first, (byte) length});
                wire.send(said);
                goes = (first & 0xf) != 8;
            }
        });
    }

    @Test
    void opensWhereTlsHasAgreedOnHttp2() throws Exception {
        var certificate = authority();
        origin.otherwise(frames());
        var tls = new TlsConfig(
                List.of(new TlsConfig.Certificate(
                        certificate, folder.resolve("site.key").toString())),
                List.of(),
                TlsConfig.ClientCertificates.NONE,
                null);
        try (var secure = TestPlane.start(tls, TestPlane.to(TestPlane.upstream(origin.uri())));
                var own = watched("{ targets: ['https://localhost:%d'], protocol: auto, tls: { trust: '%s' } }"
                        .formatted(secure.port(), certificate))) {
            talk(own.port());
            assertThat(secure.meters
                            .get("gatehouse.client.requests")
                            .tag("protocol", "http2")
                            .functionCounter()
                            .count())
                    .isEqualTo(1);
        }
    }

    @Test
    @Tag("real")
    void opensThroughHaproxy() throws Exception {
        origin.otherwise(frames());
        try (var haproxy = PeerProxy.haproxy(folder, origin.port());
                var own = watched("{ targets: ['h2c://127.0.0.1:%d'] }".formatted(haproxy.port()))) {
            talk(own.port());
        }
        assertThat(onlyEnd().cause()).isEqualTo(Outcome.Cause.SERVED);
    }
}
