package io.gatehouse.proxy.http.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.filter.BodyUse;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.proxy.http.client.FrameClient;
import io.gatehouse.testkit.LeakCheck;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Error;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What passes to and from a target over HTTP/2: fields, lengths, trailers, and what breaks the rules. */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class Http2TargetMessagesTest {
    private static final String GET = "GET /hello?x=1 HTTP/1.1\r\nHost: a.example\r\n\r\n";

    private final FrameTarget target = new FrameTarget();

    @AfterEach
    void stop() {
        target.close();
    }

    @Test
    void passesInterimAnswersAndTrailersOn() {
        target.otherwise = (ctx, stream, last) -> {
            ctx.write(new DefaultHttp2HeadersFrame(
                            new DefaultHttp2Headers().status("103").add("link", "</a.css>"), false)
                    .stream(stream));
            ctx.write(FrameTarget.head("200", false, stream));
            ctx.write(FrameTarget.data("hello", false, stream));
            ctx.writeAndFlush(new DefaultHttp2HeadersFrame(
                            new DefaultHttp2Headers().add("grpc-status", "0").add("content-length", "9"), true)
                    .stream(stream));
        };
        try (var plane = target.plane();
                var client = plane.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nConnection: te\r\n\r\n");
            var hint = client.read();
            assertThat(hint.status()).isEqualTo(103);
            assertThat(hint.header("link")).isEqualTo("</a.css>");
            assertThat(client.read().text()).isEqualTo("hello");
            assertThat(target.heads.getFirst().get("te")).hasToString("trailers");
        }
    }

    @Test
    void sendsBodiesWithoutTheirTrailers() {
        target.otherwise = (ctx, stream, last) -> {};
        try (var plane = target.plane();
                var client = plane.client();
                var other = FrameClient.connect(plane.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send("5\r\nhello\r\n0\r\nx-auth-client-id: root\r\nx-user: root\r\ngrpc-status: 0\r\n\r\n");
            await().until(() -> target.ended.get() == 1);
            other.post(1, "/").data(1, "hello", false).head(1, true, "x-user", "root", "grpc-status", "0");
            await().until(() -> target.ended.get() == 2);
            assertThat(target.received).hasValue(10);
            assertThat(target.trailers).isEmpty();
            assertThat(target.heads.getFirst().get("content-length")).isNull();
        }
        await().untilAsserted(
                        () -> assertThat(target.resets).as("the client left").contains(Http2Error.CANCEL.code()));
    }

    private static FrameClient call(TestPlane plane) {
        return FrameClient.connect(plane.port())
                .post(1, "/", "content-type", "application/grpc", "te", "trailers")
                .data(1, "hello", false)
                .head(1, true, "grpc-status", "0", "x-auth-roles", "root", "x-user", "root", "grpc-message", "a");
    }

    @Test
    void sendsOfACallsTrailersThoseOfGrpcAlone() {
        target.otherwise = (ctx, stream, last) -> {};
        try (var plane = target.plane();
                var client = call(plane)) {
            await().untilAsserted(() -> assertThat(target.trailers).containsExactly("grpc-status=0", "grpc-message=a"));
            client.reset(1, FrameClient.CANCEL);
            await().untilAsserted(() -> assertThat(target.resets).contains(Http2Error.CANCEL.code()));
        }
    }

    @Test
    void sendsNoTrailersOfWhatWasJudgedWithItsBody() {
        target.otherwise = (ctx, stream, last) -> {};
        var upstream = TestUpstreams.to("targets: ['%s']".formatted(target.start()));
        Filter reading = new Filter() {
            @Override
            public Verdict onRequest(Exchange exchange) {
                return Verdict.NEXT;
            }

            @Override
            public BodyUse requestBody() {
                return BodyUse.READ;
            }
        };
        Filter approving = exchange -> {
            exchange.approval("approved");
            return Verdict.NEXT;
        };
        for (var filter : List.of(reading, approving)) {
            target.received.set(0);
            target.resets.clear();
            try (var plane = TestPlane.start(TestPlane.guarded(upstream, null, filter));
                    var client = call(plane)) {
                await().until(() -> target.received.get() == 5);
                client.reset(1, FrameClient.CANCEL);
            }
            await().until(() -> !target.resets.isEmpty()); // what came before has been read
        }
        assertThat(target.trailers).isEmpty();
    }

    @Test
    void refusesAnswersThatBreakTheRules() {
        var bad = List.<DefaultHttp2Headers>of(
                fields("20"),
                fields("099"),
                fields("101"),
                (DefaultHttp2Headers) fields("200").add("connection", "close"),
                (DefaultHttp2Headers) fields("200").add("transfer-encoding", "chunked"),
                (DefaultHttp2Headers) fields("200").add("Upper-Case", "1"),
                (DefaultHttp2Headers) fields("200").add("x", "a\nb"),
                (DefaultHttp2Headers) fields("200").add("x", "a\u0000b"),
                (DefaultHttp2Headers) fields("200").add("content-length", "x"),
                (DefaultHttp2Headers) fields("200").add(":path", "/"),
                new DefaultHttp2Headers(false),
                (DefaultHttp2Headers) fields("200").add("content-length", "3"));
        try (var plane = target.plane();
                var client = plane.client()) {
            for (var headers : bad) {
                target.next.add((ctx, stream, last) -> {
                    ctx.write(new DefaultHttp2HeadersFrame(headers, false).stream(stream));
                    ctx.writeAndFlush(FrameTarget.data("ok", true, stream));
                });
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
                if (headers.contains("content-length", "3")) {
                    assertThat(client.readHead().status())
                            .as("a body too short")
                            .isEqualTo(200);
                    assertThat(client.awaitClose()).isTrue();
                    return;
                }
                assertThat(client.read().status()).as(headers.toString()).isEqualTo(502);
            }
        }
    }

    @Test
    void announcesNoLengthThatDoesNotCome() {
        try (var plane = target.plane()) {
            target.next.add((ctx, stream, last) -> ctx.writeAndFlush(new DefaultHttp2HeadersFrame(
                            new DefaultHttp2Headers().status("200").add("content-length", "100"), true)
                    .stream(stream)));
            try (var client = plane.client()) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
                assertThat(client.read().text()).contains("upstream_malformed");
            }
            target.next.add((ctx, stream, last) -> {
                ctx.write(new DefaultHttp2HeadersFrame(
                                new DefaultHttp2Headers().status("200").add("content-length", "100"), false)
                        .stream(stream));
                ctx.writeAndFlush(FrameTarget.data("", true, stream));
            });
            try (var client = plane.client()) {
                client.send(GET);
                assertThat(client.readHead().header("content-length")).isEqualTo("100");
                assertThat(client.awaitClose()).isTrue();
            }
            target.next.add((ctx, stream, last) -> ctx.writeAndFlush(new DefaultHttp2HeadersFrame(
                            new DefaultHttp2Headers().status("200").add("content-length", "100"), true)
                    .stream(stream)));
            try (var client = plane.client()) {
                client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readHead().header("content-length")).isEqualTo("100");
                assertThat(client.exchange(GET).text()).isEqualTo("hello");
            }
        }
    }

    @Test
    void refusesFieldsLargerThanTheTargetTakesAndBlamesNobodyElse() {
        target.settings.maxHeaderListSize(8 << 10);
        var large = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nX-Large: " + "x".repeat(16 << 10) + "\r\n\r\n";
        try (var plane = target.plane(", ejection: { failures: 1 }")) {
            try (var client = plane.client()) {
                assertThat(client.exchange(GET).text()).isEqualTo("hello");
            }
            for (var sent : List.of(large + "ok", large)) { // with its body at hand, and without
                try (var client = plane.client()) {
                    var answer = client.send(sent).read();
                    assertThat(answer.status()).isEqualTo(431);
                    assertThat(answer.text()).contains("upstream_headers_too_large");
                }
            }
            target.next.add((ctx, stream, last) -> {});
            try (var client = FrameClient.connect(plane.port())) {
                client.post(1, "/", "content-type", "application/grpc");
                await().until(() -> target.heads.size() == 2);
                client.head(1, true, "grpc-message", "x".repeat(12 << 10));
                assertThat(client.answer(1).trailers.get("grpc-message")).contains("upstream_headers_too_large");
            }
            try (var client = plane.client()) {
                assertThat(client.exchange(GET).text()).isEqualTo("hello");
            }
            assertThat(target.connections).hasValue(1);
            assertThat(plane.meters.find("gatehouse.upstream.ejections").functionCounter())
                    .satisfies(counter -> assertThat(counter.count()).isZero());
        }
    }

    @Test
    void takesNoMoreFieldsThanOverHttp1() {
        for (int count : new int[] {200, 201}) {
            target.next.add((ctx, stream, last) ->
                    ctx.writeAndFlush(new DefaultHttp2HeadersFrame(many(count).status("200"), true).stream(stream)));
            target.next.add((ctx, stream, last) -> {
                ctx.write(FrameTarget.head("200", false, stream));
                ctx.write(FrameTarget.data("hello", false, stream));
                ctx.writeAndFlush(new DefaultHttp2HeadersFrame(many(count), true).stream(stream));
            });
        }
        var asking = "GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nConnection: te\r\n\r\n";
        try (var plane = target.plane();
                var client = plane.client()) {
            assertThat(client.exchange(asking).status()).isEqualTo(200);
            assertThat(client.exchange(asking).trailers().all()).hasSize(200);
            assertThat(client.exchange(asking).text()).contains("upstream_malformed");
            assertThat(new String(client.send(asking).readToEnd(), StandardCharsets.ISO_8859_1))
                    .as("broken off")
                    .endsWith("hello\r\n");
        }
    }

    private static DefaultHttp2Headers many(int count) {
        var fields = new DefaultHttp2Headers();
        for (int i = 0; i < count; i++) {
            fields.add("x", "y");
        }
        return fields;
    }

    @Test
    void passesNoFieldOnThatBelongsToThisHop() {
        var dropped = List.of(
                "proxy-authenticate",
                "trailer",
                "te",
                "expect",
                "host",
                "forwarded",
                "x-forwarded-for",
                "gatehouse-mirror",
                "gatehouse-approval",
                "x-gatehouse-page-key",
                "gatehouse-x",
                "gatehouse_x");
        var headers =
                new DefaultHttp2Headers().status("200").add("x-own", "kept").add("etag", "kept");
        dropped.forEach(name -> headers.add(name, "trailers"));
        target.next.add((ctx, stream, last) -> {
            ctx.write(new DefaultHttp2HeadersFrame(headers, false).stream(stream));
            ctx.writeAndFlush(FrameTarget.data("hello", true, stream));
        });
        try (var plane = target.plane();
                var client = plane.client()) {
            var answer = client.exchange(GET);
            assertThat(answer.text()).isEqualTo("hello");
            assertThat(answer.header("x-own")).isEqualTo("kept");
            assertThat(answer.header("etag")).isEqualTo("kept");
            assertThat(dropped)
                    .allSatisfy(name -> assertThat(answer.header(name)).isNull());
        }
    }

    @Test
    void opensNoWebSocketWhereTheTargetDoesNotOfferIt() {
        try (var plane = target.plane();
                var client = plane.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            var answer = client.read();
            assertThat(answer.status()).isEqualTo(501);
            assertThat(answer.text()).contains("upstream_without_websocket");
        }
        assertThat(target.heads).isEmpty();
    }

    private static DefaultHttp2Headers fields(String status) {
        var headers = new DefaultHttp2Headers(false);
        headers.status(status);
        return headers;
    }
}
