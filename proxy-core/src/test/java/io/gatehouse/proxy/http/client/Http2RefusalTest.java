package io.gatehouse.proxy.http.client;

import static io.gatehouse.proxy.http.client.FrameClient.ACK;
import static io.gatehouse.proxy.http.client.FrameClient.CONTINUATION;
import static io.gatehouse.proxy.http.client.FrameClient.DATA;
import static io.gatehouse.proxy.http.client.FrameClient.END_HEADERS;
import static io.gatehouse.proxy.http.client.FrameClient.END_STREAM;
import static io.gatehouse.proxy.http.client.FrameClient.ENHANCE_YOUR_CALM;
import static io.gatehouse.proxy.http.client.FrameClient.HEADERS;
import static io.gatehouse.proxy.http.client.FrameClient.PING;
import static io.gatehouse.proxy.http.client.FrameClient.PRIORITY;
import static io.gatehouse.proxy.http.client.FrameClient.PROTOCOL_ERROR;
import static io.gatehouse.proxy.http.client.FrameClient.REFUSED_STREAM;
import static io.gatehouse.proxy.http.client.FrameClient.RST_STREAM;
import static io.gatehouse.proxy.http.client.FrameClient.SETTINGS;
import static io.gatehouse.proxy.http.client.FrameClient.STREAM_CLOSED;
import static io.gatehouse.proxy.http.client.FrameClient.WINDOW_UPDATE;
import static io.gatehouse.proxy.http.client.FrameClient.block;
import static io.gatehouse.proxy.http.client.FrameClient.encoded;
import static io.gatehouse.proxy.http.client.FrameClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.proxy.http.exchange.BodyBudget;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a stranger may not send over HTTP/2, frame by frame. {@code docs/edge-h2.md} names the cases and the tests. */
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
public class Http2RefusalTest {
    private final TestOrigin origin = TestOrigin.start(Script.echo());

    @SuppressWarnings("NullAway.Init") // started before every test
    private TestPlane plane;

    @BeforeAll
    void start() {
        plane = start(origin);
    }

    private static TestPlane start(TestOrigin origin) {
        return TestPlane.start(
                TestPlane.limits(1 << 20, Duration.ofMillis(400), Duration.ofSeconds(1), 50),
                TestPlane.to(TestPlane.upstream(origin.uri())));
    }

    @AfterAll
    void stop() {
        plane.close();
        origin.close();
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Case(String name, int expected, byte[] frames) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static byte[] join(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (var part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] head(boolean last, String... fields) {
        return encoded(HEADERS, END_HEADERS | (last ? END_STREAM : 0), 1, block(fields));
    }

    private static byte[] data(String text, boolean last) {
        return encoded(DATA, last ? END_STREAM : 0, 1, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static Case bad(String name, String... fields) {
        return new Case(name, PROTOCOL_ERROR, head(true, fields));
    }

    private static Case badField(String name, String field, String value) {
        return bad(name, request("GET", "/", field, value));
    }

    // ---- the stream is reset

    public static Stream<Case> malformed() {
        return Stream.of(
                badField("upper-case name", "X-A", "b"),
                badField("empty name", "", "b"),
                badField("space in a name", "x a", "b"),
                badField("NUL in a name", "x\0a", "b"),
                badField("colon in a name", "x:a", "b"),
                badField("non-ASCII name", "x-\u00e4", "b"),
                badField("NUL in a value", "x-a", "b\0c"),
                badField("CR in a value", "x-a", "b\rc"),
                badField("LF in a value", "x-a", "b\nc: d"),
                badField("control character in a value", "x-a", "b\u0007"),
                badField("DEL in a value", "x-a", "\u007f"),
                badField("value begins with a space", "x-a", " b"),
                badField("value ends with a tab", "x-a", "b\t"),
                badField("connection", "connection", "x-a"),
                badField("keep-alive", "keep-alive", "1"),
                badField("proxy-connection", "proxy-connection", "close"),
                badField("transfer-encoding", "transfer-encoding", "chunked"),
                badField("upgrade", "upgrade", "websocket"),
                badField("te other than trailers", "te", "gzip"),
                badField("host of another authority", "host", "b.example"),
                badField("unknown pseudo-header", ":version", "1"),
                badField("pseudo-header of answers", ":status", "200"),
                badField("method given twice", ":method", "GET"),
                badField("path given twice", ":path", "/"),
                badField("scheme given twice", ":scheme", "http"),
                badField("authority given twice", ":authority", "a.example"),
                badField("protocol of no CONNECT", ":protocol", "websocket"),
                bad("pseudo-header behind a field", ":method", "GET", ":scheme", "http", "x-a", "b", ":path", "/"),
                bad("no method", ":scheme", "http", ":authority", "a", ":path", "/"),
                bad("no scheme", ":method", "GET", ":authority", "a", ":path", "/"),
                bad("no path", ":method", "GET", ":scheme", "http", ":authority", "a"),
                bad("empty path", request("GET", "")),
                bad("path without a slash", request("GET", "a")),
                bad("absolute form", request("GET", "http://a.example/")),
                bad("asterisk of no OPTIONS", request("GET", "*")),
                bad("other scheme", ":method", "GET", ":scheme", "ftp", ":authority", "a", ":path", "/"),
                bad("CONNECT with a path", request("CONNECT", "/")),
                bad(
                        "handshake that ends its stream",
                        request("CONNECT", "/", ":protocol", "websocket", "sec-websocket-version", "13")),
                bad("no fields at all"),
                bad("length without a body", request("POST", "/", "content-length", "3")),
                new Case(
                        "body longer than its length",
                        PROTOCOL_ERROR,
                        join(head(false, request("POST", "/", "content-length", "3")), data("abcd", false))),
                new Case(
                        "body shorter than its length",
                        PROTOCOL_ERROR,
                        join(head(false, request("POST", "/", "content-length", "3")), data("ab", true))),
                new Case(
                        "pseudo-header behind the body",
                        PROTOCOL_ERROR,
                        join(head(false, request("POST", "/")), head(true, ":path", "/"))),
                new Case(
                        "trailers that do not end the stream",
                        PROTOCOL_ERROR,
                        join(head(false, request("POST", "/")), head(false, "x-a", "b"))),
                new Case(
                        "second head of a request that has ended",
                        STREAM_CLOSED,
                        join(head(true, request("GET", "/stall")), head(true, request("GET", "/smuggled")))),
                new Case(
                        "body of a request that has ended",
                        STREAM_CLOSED,
                        join(head(true, request("GET", "/stall")), data("abc", true))));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void resetsMalformedRequests(Case refused) {
        origin.at("/stall", Script.stallAfter(""));
        try (var client = FrameClient.connect(plane.port())) {
            client.bytes(refused.frames());
            assertThat(client.awaitReset(1)).isEqualTo(refused.expected());
            assertThat(client.get(3, "/good").answer(3).status()).isEqualTo(200);
        }
        assertThat(origin.requests()).noneMatch(request -> request.target().contains("smuggled"));
    }

    // ---- the request is answered

    private static Case answered(String name, int status, String... fields) {
        return new Case(name, status, head(true, fields));
    }

    private static Case answeredField(String name, int status, String field, String value) {
        return answered(name, status, request("GET", "/", field, value));
    }

    public static Stream<Case> answered() {
        var manyFields = new String[202];
        Arrays.fill(manyFields, "x");
        var large = new String[12];
        Arrays.fill(large, "x".repeat(4_000));
        return Stream.of(
                answeredField("underscore in a name", 400, "content_length", "3"),
                answeredField("length with sign", 400, "content-length", "+3"),
                answeredField("empty length", 400, "content-length", ""),
                answered("host given twice", 400, request("GET", "/", "host", "a.example", "host", "a.example")),
                answeredField("other expectation", 417, "expect", "200-ok"),
                answered("no authority", 400, ":method", "GET", ":scheme", "http", ":path", "/"),
                answered("empty authority", 400, ":method", "GET", ":scheme", "http", ":authority", "", ":path", "/"),
                answered(
                        "user in the authority",
                        400,
                        ":method",
                        "GET",
                        ":scheme",
                        "http",
                        ":authority",
                        "u@a",
                        ":path",
                        "/"),
                answered("two lengths", 400, request("POST", "/", "content-length", "0", "content-length", "0")),
                answered("asterisk form", 400, request("OPTIONS", "*")),
                answered("fragment", 400, request("GET", "/a#b")),
                answered("backslash", 400, request("GET", "/a\\b")),
                answered("space in the path", 400, request("GET", "/a b")),
                answered("non-ASCII path", 400, request("GET", "/\u00e4")),
                answered("escaped slash", 400, request("GET", "/a%2fb")),
                answered("escaped NUL", 400, request("GET", "/a%00b")),
                answered("leaves the root", 400, request("GET", "/../a")),
                answered("method with a slash", 400, request("GE/T", "/")),
                answered("empty method", 400, request("", "/")),
                answered("CONNECT", 405, ":method", "CONNECT", ":authority", "a:80"),
                answered("TRACE", 405, request("TRACE", "/")),
                answered("long path", 414, request("GET", "/" + "a".repeat(9_000))),
                answered("many fields", 431, request("GET", "/", manyFields)),
                answered("other protocol", 501, request("CONNECT", "/", ":protocol", "connect-udp")),
                new Case(
                        "announced body too large",
                        413,
                        head(false, request("POST", "/", "content-length", "1048577"))),
                new Case("large head", 431, inParts(large)));
    }

    /** A head that is larger than a frame. */
    private static byte[] inParts(String... more) {
        var fields = request("GET", "/", more);
        var bytes = block(fields);
        var out = new ByteArrayOutputStream();
        for (int at = 0; at < bytes.length; at += 16_000) {
            int to = Math.min(bytes.length, at + 16_000);
            out.writeBytes(encoded(
                    at == 0 ? HEADERS : CONTINUATION,
                    (at == 0 ? END_STREAM : 0) | (to == bytes.length ? END_HEADERS : 0),
                    1,
                    Arrays.copyOfRange(bytes, at, to)));
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @MethodSource("answered")
    void answersWhatIsRefusedOverHttp1Too(Case refused) {
        try (var client = FrameClient.connect(plane.port())) {
            client.bytes(refused.frames());
            var answer = client.answer(1);
            assertThat(answer.statuses).containsExactly(refused.expected());
            assertThat(answer.text()).contains("\"code\"").doesNotContain("Exception");
            assertThat(client.get(3, "/good").answer(3).status()).isEqualTo(200);
        }
    }

    @Test
    void refusesABodyThatGrowsTooLarge() {
        try (var client = FrameClient.connect(plane.port())) {
            client.post(1, "/");
            var block = "x".repeat(16_000);
            int window = 65_535;
            while (!client.soFar(1).ended) {
                if (window >= block.length()) {
                    client.data(1, block, false);
                    window -= block.length();
                } else {
                    var frame = client.frame();
                    window += frame.type() == WINDOW_UPDATE && frame.stream() == 1 ? frame.code() : 0;
                }
            }
            assertThat(client.soFar(1).status()).isEqualTo(413);
            assertThat(client.awaitReset(1)).isEqualTo(FrameClient.NO_ERROR);
        }
    }

    @Test
    void endsABodyThatComesTooSlowly() {
        try (var client = FrameClient.connect(plane.port())) {
            client.post(1, "/", "content-length", "100000").data(1, "some", false);
            assertThat(client.answer(1).status()).isEqualTo(408);
            assertThat(client.awaitReset(1)).isEqualTo(FrameClient.NO_ERROR);
        }
    }

    @Test
    void namingGrpcExcusesNoSlowBodyToATargetWithoutHttp2() {
        try (var client = FrameClient.connect(plane.port())) {
            client.post(1, "/", "content-type", "application/grpc").data(1, "some", false);
            assertThat(client.answer(1).statuses).isNotEmpty();
            assertThat(client.awaitReset(1)).isEqualTo(FrameClient.NO_ERROR);
        }
    }

    @Test
    void refusesMoreStreamsThanAllowed() {
        var gate = new CompletableFuture<Void>();
        origin.at("/held", Script.after(gate, Script.of(200, "text/plain", "at last")));
        try (var client = FrameClient.connect(plane.port())) {
            for (int i = 0; i < 101; i++) {
                client.get(2 * i + 1, "/held");
            }
            assertThat(client.awaitReset(201)).isEqualTo(REFUSED_STREAM);
            gate.complete(null);
            assertThat(client.answer(199).text()).isEqualTo("at last");
        }
    }

    // ---- the connection ends

    private static Case fatal(String name, int code, byte[]... frames) {
        return new Case(name, code, join(frames));
    }

    private static byte[] times(int count, IntFunction<byte[]> frame) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            out.writeBytes(frame.apply(i));
        }
        return out.toByteArray();
    }

    private static byte[] get(int stream, String path) {
        return encoded(HEADERS, END_HEADERS | END_STREAM, stream, block(request("GET", path)));
    }

    public static Stream<Case> fatal() {
        byte[] four = {0, 0, 0, 8};
        byte[] open = encoded(HEADERS, END_HEADERS, 1, block(request("POST", "/")));
        byte[] part = block(request("GET", "/"));
        return Stream.of(
                fatal("PING flood", ENHANCE_YOUR_CALM, times(3_000, i -> encoded(PING, 0, 0, new byte[8]))),
                fatal("PING ack flood", ENHANCE_YOUR_CALM, times(3_000, i -> encoded(PING, ACK, 0, new byte[8]))),
                fatal("SETTINGS flood", ENHANCE_YOUR_CALM, times(1_000, i -> encoded(SETTINGS, 0, 0))),
                fatal(
                        "PRIORITY flood",
                        ENHANCE_YOUR_CALM,
                        times(3_000, i -> encoded(PRIORITY, 0, 2 * i + 1, new byte[5]))),
                fatal("WINDOW_UPDATE flood", ENHANCE_YOUR_CALM, times(3_000, i -> encoded(WINDOW_UPDATE, 0, 0, four))),
                fatal("empty DATA flood", ENHANCE_YOUR_CALM, open, times(3_000, i -> encoded(DATA, 0, 1))),
                fatal(
                        "flood of DATA of one byte",
                        ENHANCE_YOUR_CALM,
                        open,
                        times(8_000, i -> encoded(DATA, 0, 1, (byte) 1))),
                fatal("padded DATA flood", ENHANCE_YOUR_CALM, open, times(3_000, i -> encoded(DATA, 8, 1, (byte) 0))),
                fatal("flood of unknown frames", ENHANCE_YOUR_CALM, times(3_000, i -> encoded(99, 0, 1))),
                fatal(
                        "rapid reset",
                        ENHANCE_YOUR_CALM,
                        times(700, i -> join(get(2 * i + 1, "/"), encoded(RST_STREAM, 0, 2 * i + 1, four)))),
                fatal(
                        "streams made to be reset",
                        ENHANCE_YOUR_CALM,
                        times(700, i -> encoded(HEADERS, END_HEADERS | END_STREAM, 2 * i + 1, block("X", "y")))),
                fatal(
                        "CONTINUATION flood",
                        ENHANCE_YOUR_CALM,
                        encoded(HEADERS, END_STREAM, 1, part),
                        times(100, i -> encoded(CONTINUATION, 0, 1))),
                fatal(
                        "head beyond all bounds",
                        PROTOCOL_ERROR,
                        encoded(HEADERS, END_STREAM, 1, part),
                        times(20, i -> encoded(CONTINUATION, 0, 1, new byte[16_000]))),
                fatal("frame larger than allowed", 6, encoded(DATA, 0, 1, new byte[16_385])),
                fatal("frame between the parts of a head", PROTOCOL_ERROR, encoded(HEADERS, 0, 1, part), get(3, "/")),
                fatal("DATA of no stream", PROTOCOL_ERROR, encoded(DATA, 0, 0)),
                fatal("DATA of an idle stream", PROTOCOL_ERROR, encoded(DATA, 0, 7)),
                fatal("stream with an even number", PROTOCOL_ERROR, get(2, "/")),
                fatal("stream with a number passed over", PROTOCOL_ERROR, get(5, "/"), get(3, "/smuggled")),
                fatal("garbage for HPACK", 9, encoded(HEADERS, END_HEADERS | END_STREAM, 1, (byte) 0xff, (byte) 0xff)),
                fatal("window of nothing", PROTOCOL_ERROR, encoded(WINDOW_UPDATE, 0, 0, new byte[4])),
                fatal("window beyond all bounds", 3, encoded(WINDOW_UPDATE, 0, 0, new byte[] {0x7f, -1, -1, -1})),
                fatal("pushes", PROTOCOL_ERROR, encoded(5, END_HEADERS, 1, join(new byte[] {0, 0, 0, 2}, part))),
                fatal("setting out of range", PROTOCOL_ERROR, encoded(SETTINGS, 0, 0, new byte[] {0, 2, 0, 0, 0, 9})));
    }

    @ParameterizedTest
    @MethodSource("fatal")
    void endsTheConnectionOf(Case refused) {
        try (var client = FrameClient.connect(plane.port())) {
            client.roundTrip().bytes(refused.frames());
            assertThat(client.awaitEnd()).isEqualTo(refused.expected());
        }
        assertThat(origin.requests()).noneMatch(request -> request.target().contains("smuggled"));
    }

    @Test
    void aHeadOnAStreamThatIsOverEndsTheConnection() {
        try (var client = FrameClient.connect(plane.port())) {
            client.get(1, "/").answer(1);
            client.get(1, "/smuggled");
            assertThat(client.awaitEnd()).isEqualTo(STREAM_CLOSED);
        }
    }

    @Test
    void whatIsOnItsWayToAStreamThatWasResetIsIgnored() {
        try (var client = FrameClient.connect(plane.port())) {
            client.post(1, "/").head(1, false, "x-a", "b");
            assertThat(client.awaitReset(1)).isEqualTo(PROTOCOL_ERROR);
            client.data(1, "late", false).head(1, true, "x-a", "b");
            assertThat(client.get(3, "/").answer(3).status()).isEqualTo(200);
        }
    }

    @Test
    void endsAHeadThatComesTooSlowly() {
        try (var client = FrameClient.connect(plane.port())) {
            client.roundTrip().frame(HEADERS, END_STREAM, 1, block(request("GET", "/")));
            assertThat(client.awaitEnd()).isEqualTo(ENHANCE_YOUR_CALM);
        }
        try (var client = FrameClient.connect(plane.port())) {
            client.roundTrip().bytes(new byte[] {0, 0, 9, 1});
            assertThat(client.awaitEnd()).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void endsAConnectionThatSaysNothing() {
        try (var silent = FrameClient.silent(plane.port());
                var halting = FrameClient.silent(plane.port())
                        .bytes("PRI * HTTP/2.0\r\n".getBytes(StandardCharsets.US_ASCII));
                var unsettled = FrameClient.silent(plane.port())
                        .bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII))) {
            for (var client : List.of(silent, halting, unsettled)) {
                while (client.next() != null) {
                    // its own settings and farewell
                }
            }
            assertThat(unsettled.next()).isNull();
        }
    }

    @Test
    void endsAnIdleConnection() {
        try (var client = FrameClient.connect(plane.port())) {
            client.get(1, "/").answer(1);
            assertThat(client.awaitEnd()).isEqualTo(FrameClient.NO_ERROR);
        }
    }

    @Test
    void aFirstFrameOtherThanSettingsEndsTheConnection() {
        try (var client = FrameClient.silent(plane.port())) {
            client.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
                    .frame(PING, 0, 0, new byte[8]);
            assertThat(client.awaitEnd()).isEqualTo(PROTOCOL_ERROR);
        }
    }

    @Test
    void anUpgradeToClearTextHttp2IsNotTaken() {
        try (var client = plane.client()) {
            var answer = client.exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade, http2-settings\r\n"
                    + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n");
            assertThat(answer.status()).isEqualTo(200);
        }
        var seen = origin.requests().getLast().headers();
        assertThat(seen.has("upgrade")).isFalse();
        assertThat(seen.has("http2-settings")).isFalse();
    }

    @Test
    void keepsWaitingBodiesWithinTheBudget() {
        var gate = new CompletableFuture<Void>();
        origin.at("/deaf", Script.early((request, wire) -> {
            gate.join();
            wire.close();
        }));
        var budget = new BodyBudget(20_000);
        try (var small = TestPlane.start(
                        budget, TestPlane.guarded(TestPlane.upstream(origin.uri()), null, new JudgingLater()));
                var client = FrameClient.connect(small.port())) {
            var block = "x".repeat(15_000);
            client.post(1, "/").data(1, block, false).post(3, "/").data(3, block, false);
            assertThat(client.answer(3).status()).isEqualTo(503);
            assertThat(client.reset(1, FrameClient.CANCEL).roundTrip().soFar(1).statuses)
                    .isEmpty();
            assertThat(budget.used()).isZero();
        } finally {
            gate.complete(null);
        }
    }

    @Test
    void keepsNothingOfABodyThatIsAnsweredAlready() {
        var rest = reactor.core.publisher.Sinks.one();
        var budget = new BodyBudget(20_000);
        var answering = io.gatehouse.proxy.filter.LocalResponse.stream(
                        200,
                        "text/plain",
                        rest.asMono().map(end -> io.netty.buffer.Unpooled.copiedBuffer("end", StandardCharsets.UTF_8)))
                .answer();
        var snapshot = TestPlane.guarded(TestPlane.upstream(origin.uri()), null, exchange -> answering);
        try (var small = TestPlane.start(budget, snapshot);
                var client = FrameClient.connect(small.port())) {
            var block = "x".repeat(15_000);
            client.post(1, "/").data(1, block, false).data(1, block, false).roundTrip();
            assertThat(client.soFar(1).statuses).containsExactly(200);
            assertThat(budget.used()).isZero();
            rest.tryEmitValue("end");
            assertThat(client.answer(1).text()).isEqualTo("end");
        }
    }

    /** A filter that takes its time. */
    private static final class JudgingLater implements io.gatehouse.proxy.filter.Filter {
        @Override
        public io.gatehouse.proxy.filter.Verdict onRequest(io.gatehouse.proxy.filter.Exchange exchange) {
            return new io.gatehouse.proxy.filter.Verdict.Later(reactor.core.publisher.Mono.never());
        }
    }

    @Test
    void survivesRandomFrames() {
        try (var elsewhere = TestOrigin.start(Script.echo());
                var own = start(elsewhere)) { // what is changed at random may be a sound request
            surviveRandomFrames(own);
        }
    }

    private static void surviveRandomFrames(TestPlane plane) {
        var random = new Random(42);
        var corpus = Stream.of(malformed(), answered(), fatal().filter(fatal -> fatal.frames().length < 4_000))
                .flatMap(cases -> cases)
                .map(Case::frames)
                .toList();
        for (int i = 0; i < 200; i++) {
            var bytes = corpus.get(random.nextInt(corpus.size())).clone();
            for (int k = 0; k < 3; k++) {
                bytes[random.nextInt(Math.min(bytes.length, 80))] = (byte) random.nextInt(256);
            }
            try (var client = FrameClient.connect(plane.port())) {
                client.bytes(bytes);
                client.reset(99, 0).awaitEnd(); // an idle stream: at the latest this ends the connection
            } catch (UncheckedIOException gone) {
                assertThat(gone.getMessage()).isNotNull();
            }
        }
        try (var client = FrameClient.connect(plane.port())) {
            assertThat(client.get(1, "/").answer(1).status()).isEqualTo(200);
        }
    }
}
