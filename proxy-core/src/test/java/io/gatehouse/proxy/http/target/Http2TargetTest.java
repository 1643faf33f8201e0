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
import io.gatehouse.testkit.RawClient;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Targets that speak HTTP/2, good ones and bad ones, frame by frame. */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class Http2TargetTest {
    private static final String GET = "GET /hello?x=1 HTTP/1.1\r\nHost: a.example\r\n\r\n";

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Http2Settings settings = Http2Settings.defaultSettings();
    private final List<Http2Headers> heads = new CopyOnWriteArrayList<>();
    private final List<String> trailers = new CopyOnWriteArrayList<>();
    private final List<Long> resets = new CopyOnWriteArrayList<>();
    private final Queue<Answer> next = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger received = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private volatile Answer otherwise = Http2TargetTest::hello;
    private volatile boolean takesBodies = true;
    private @Nullable Channel server;

    /** What a target does once a request's head has come. */
    interface Answer {
        void to(ChannelHandlerContext ctx, Http2FrameStream stream, boolean last);
    }

    private static Http2HeadersFrame head(String status, boolean last, Http2FrameStream stream) {
        return new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status(status), last).stream(stream);
    }

    private static Http2DataFrame data(String text, boolean last, Http2FrameStream stream) {
        return new DefaultHttp2DataFrame(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8), last).stream(stream);
    }

    private static void hello(ChannelHandlerContext ctx, Http2FrameStream stream, boolean last) {
        ctx.write(head("200", false, stream));
        ctx.writeAndFlush(data("hello", true, stream));
    }

    private String start() {
        var bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.incrementAndGet();
                        channel.pipeline()
                                .addLast(Http2FrameCodecBuilder.forServer()
                                        .initialSettings(settings)
                                        .validateHeaders(false)
                                        .build())
                                .addLast(new Target());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
        server = bound;
        return "h2c://127.0.0.1:" + ((InetSocketAddress) bound.localAddress()).getPort();
    }

    private TestPlane plane(String more) {
        return TestUpstreams.plane("{ targets: [%s] %s }".formatted(start(), more));
    }

    private TestPlane plane() {
        return plane("");
    }

    private void closeServer() {
        if (server != null) {
            server.close().syncUninterruptibly();
        }
    }

    @AfterEach
    void stop() {
        closeServer();
        group.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
    }

    private final class Target extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2HeadersFrame frame) {
                if (frame.headers().method() == null) {
                    frame.headers().forEach(field -> trailers.add(field.getKey() + "=" + field.getValue()));
                } else {
                    heads.add(frame.headers());
                    var answer = next.poll();
                    (answer == null ? otherwise : answer).to(ctx, frame.stream(), frame.isEndStream());
                }
            } else if (message instanceof Http2DataFrame frame) {
                received.addAndGet(frame.content().readableBytes());
                ended.addAndGet(frame.isEndStream() ? 1 : 0);
                if (takesBodies) {
                    ctx.writeAndFlush(new DefaultHttp2WindowUpdateFrame(frame.initialFlowControlledBytes())
                            .stream(frame.stream()));
                }
            } else if (message instanceof Http2ResetFrame frame) {
                resets.add(frame.errorCode());
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    @Test
    void carriesRequestsAndAnswers() {
        try (var plane = plane();
                var client = plane.client()) {
            for (int i = 0; i < 5; i++) {
                var answer = client.exchange(GET);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.text()).isEqualTo("hello");
                assertThat(answer.header("transfer-encoding")).isEqualTo("chunked");
            }
        }
        assertThat(connections).hasValue(1);
        var head = heads.getFirst();
        assertThat(head.path()).hasToString("/hello?x=1");
        assertThat(head.scheme()).hasToString("http");
        assertThat(head.authority()).asString().startsWith("127.0.0.1:");
        assertThat(head.get("x-forwarded-host")).hasToString("a.example");
        assertThat(head.get("host")).isNull();
        assertThat(head.get("content-length")).isNull();
    }

    @Test
    void sharesOneConnectionWithinTheTargetsLimit() {
        settings.maxConcurrentStreams(2);
        var held = new CopyOnWriteArrayList<Runnable>();
        otherwise = (ctx, stream, last) -> held.add(() -> ctx.executor().execute(() -> hello(ctx, stream, last)));
        var clients = new ArrayList<RawClient>();
        try (var plane = plane()) {
            for (int i = 0; i < 5; i++) {
                clients.add(plane.client().send(GET));
                int sent = i + 1;
                await().until(() -> held.size() == sent);
            }
            assertThat(connections).hasValue(3);
            held.forEach(Runnable::run);
            clients.forEach(client -> assertThat(client.read().text()).isEqualTo("hello"));
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void opensOneConnectionForThoseWhoComeAtOnce() {
        var clients = new ArrayList<RawClient>();
        try (var plane = plane()) {
            for (int i = 0; i < 20; i++) {
                clients.add(plane.client());
            }
            clients.forEach(client -> client.send(GET));
            clients.forEach(client -> assertThat(client.read().text()).isEqualTo("hello"));
            assertThat(connections).hasValue(1);
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void sendsAgainWhatTheTargetRefusedToBegin() {
        next.add((ctx, stream, last) ->
                ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.REFUSED_STREAM).stream(stream)));
        try (var plane = plane();
                var client = plane.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.read().text()).isEqualTo("hello");
            assertThat(heads).hasSize(2);
            next.add((ctx, stream, last) ->
                    ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR).stream(stream)));
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(502);
        }
    }

    @Test
    void goesOnElsewhereWhenTheTargetSaysGoodbye() {
        next.add((ctx, stream, last) -> {
            hello(ctx, stream, last);
            ctx.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
        });
        try (var plane = plane();
                var client = plane.client()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.exchange(GET).text()).isEqualTo("hello");
            }
            assertThat(connections).hasValue(2);
        }
    }

    @Test
    void sendsAgainWhatIsBeyondTheLastStreamOfAGoodbye() {
        // the codec counts from the last stream that it has seen: -1 leaves out the one at hand
        next.add((ctx, stream, last) -> ctx.pipeline()
                .context(io.netty.handler.codec.http2.Http2FrameCodec.class)
                .writeAndFlush(goAwayBytes(ctx)));
        try (var plane = plane();
                var client = plane.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.read().text()).isEqualTo("hello");
            assertThat(heads).hasSize(2);
            assertThat(connections).hasValue(2);
        }
    }

    /** A GOAWAY that says that no stream was begun, past the codec. */
    private static ByteBuf goAwayBytes(ChannelHandlerContext ctx) {
        return ctx.alloc()
                .buffer()
                .writeMedium(8)
                .writeByte(7)
                .writeByte(0)
                .writeInt(0)
                .writeInt(0)
                .writeInt(0);
    }

    @Test
    void passesInterimAnswersAndTrailersOn() {
        otherwise = (ctx, stream, last) -> {
            ctx.write(new DefaultHttp2HeadersFrame(
                            new DefaultHttp2Headers().status("103").add("link", "</a.css>"), false)
                    .stream(stream));
            ctx.write(head("200", false, stream));
            ctx.write(data("hello", false, stream));
            ctx.writeAndFlush(new DefaultHttp2HeadersFrame(
                            new DefaultHttp2Headers().add("grpc-status", "0").add("content-length", "9"), true)
                    .stream(stream));
        };
        try (var plane = plane();
                var client = plane.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nConnection: te\r\n\r\n");
            var hint = client.read();
            assertThat(hint.status()).isEqualTo(103);
            assertThat(hint.header("link")).isEqualTo("</a.css>");
            assertThat(client.read().text()).isEqualTo("hello");
            assertThat(heads.getFirst().get("te")).hasToString("trailers");
        }
    }

    @Test
    void sendsBodiesWithoutTheirTrailers() {
        otherwise = (ctx, stream, last) -> {};
        try (var plane = plane();
                var client = plane.client();
                var other = FrameClient.connect(plane.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send("5\r\nhello\r\n0\r\nx-auth-client-id: root\r\nx-user: root\r\ngrpc-status: 0\r\n\r\n");
            await().until(() -> ended.get() == 1);
            other.post(1, "/").data(1, "hello", false).head(1, true, "x-user", "root", "grpc-status", "0");
            await().until(() -> ended.get() == 2);
            assertThat(received).hasValue(10);
            assertThat(trailers).isEmpty();
            assertThat(heads.getFirst().get("content-length")).isNull();
        }
        await().untilAsserted(() -> assertThat(resets).as("the client left").contains(Http2Error.CANCEL.code()));
    }

    private static FrameClient call(TestPlane plane) {
        return FrameClient.connect(plane.port())
                .post(1, "/", "content-type", "application/grpc", "te", "trailers")
                .data(1, "hello", false)
                .head(1, true, "grpc-status", "0", "x-auth-roles", "root", "x-user", "root", "grpc-message", "a");
    }

    @Test
    void sendsOfACallsTrailersThoseOfGrpcAlone() {
        otherwise = (ctx, stream, last) -> {};
        try (var plane = plane();
                var client = call(plane)) {
            await().untilAsserted(() -> assertThat(trailers).containsExactly("grpc-status=0", "grpc-message=a"));
            client.reset(1, FrameClient.CANCEL);
            await().untilAsserted(() -> assertThat(resets).contains(Http2Error.CANCEL.code()));
        }
    }

    @Test
    void sendsNoTrailersOfWhatWasJudgedWithItsBody() {
        otherwise = (ctx, stream, last) -> {};
        var target = TestUpstreams.to("targets: ['%s']".formatted(start()));
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
            received.set(0);
            resets.clear();
            try (var plane = TestPlane.start(TestPlane.guarded(target, null, filter));
                    var client = call(plane)) {
                await().until(() -> received.get() == 5);
            }
            await().until(() -> !resets.isEmpty()); // what came before has been read
        }
        assertThat(trailers).isEmpty();
    }

    @Test
    void streamsLargeBodiesAtThePaceOfTheSlowerSide() {
        var body = new byte[3 << 20];
        new Random(7).nextBytes(body);
        otherwise = (ctx, stream, last) -> {
            ctx.write(head("200", false, stream));
            ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), true).stream(stream));
        };
        try (var plane = plane();
                var client = plane.client().timeout(Duration.ofSeconds(20))) {
            client.send(GET);
            assertThat(client.read().body()).isEqualTo(body);
            otherwise = (ctx, stream, last) -> {};
            var sender = CompletableFuture.runAsync(() -> {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n");
                client.send(body);
            });
            await().until(() -> received.get() == body.length);
            assertThat(sender).succeedsWithin(Duration.ofSeconds(5));
        }
    }

    @Test
    void holdsBackWhatTheTargetDoesNotTake() {
        takesBodies = false;
        otherwise = (ctx, stream, last) -> {};
        try (var plane = plane("");
                var client = plane.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
            client.send(new byte[500_000]);
            await().until(() -> received.get() == 65_535);
            assertThat(client.staysSilent(Duration.ofMillis(100))).isTrue();
            assertThat(received).hasValue(65_535);
        }
    }

    @Test
    void oneClientThatDoesNotReadHoldsUpNoOther() {
        var large = new byte[8 << 20];
        next.add((ctx, stream, last) -> {
            ctx.write(head("200", false, stream));
            ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(large), true).stream(stream));
        });
        try (var plane = plane();
                var stalled = plane.client();
                var client = plane.client().timeout(Duration.ofSeconds(20))) {
            stalled.send(GET);
            await().until(() -> heads.size() == 1);
            for (int i = 0; i < 20; i++) {
                assertThat(client.exchange(GET).text()).isEqualTo("hello");
            }
            assertThat(connections).hasValue(1);
        }
    }

    @Test
    void passesOnAnEarlyAnswerAndCancelsTheRest() {
        try (var plane = plane();
                var client = plane.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nsome");
            var answer = client.read();
            assertThat(answer.text()).isEqualTo("hello");
            assertThat(client.awaitClose()).isTrue();
            await().untilAsserted(() -> assertThat(resets).containsExactly(Http2Error.CANCEL.code()));
        }
    }

    @Test
    void cancelsTheStreamOfAClientThatLeaves() {
        otherwise = (ctx, stream, last) -> {};
        try (var plane = plane();
                var other = plane.client()) {
            try (var client = plane.client()) {
                client.send(GET);
                await().until(() -> heads.size() == 1);
            }
            await().untilAsserted(() -> assertThat(resets).containsExactly(Http2Error.CANCEL.code()));
            otherwise = Http2TargetTest::hello;
            assertThat(other.exchange(GET).text()).isEqualTo("hello");
            assertThat(connections).hasValue(1);
        }
    }

    @Test
    void givesUpAConnectionThatHasGoneSilent() {
        try (var plane = plane(", timeouts: { response: 250ms }");
                var client = plane.client()) {
            assertThat(client.exchange(GET).text()).isEqualTo("hello");
            otherwise = (ctx, stream, last) -> {};
            assertThat(client.exchange(GET).status()).isEqualTo(504);
            otherwise = Http2TargetTest::hello;
            assertThat(client.exchange(GET).text()).isEqualTo("hello");
            assertThat(connections).hasValue(2);
        }
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
        try (var plane = plane();
                var client = plane.client()) {
            for (var headers : bad) {
                next.add((ctx, stream, last) -> {
                    ctx.write(new DefaultHttp2HeadersFrame(headers, false).stream(stream));
                    ctx.writeAndFlush(data("ok", true, stream));
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
        try (var plane = plane()) {
            next.add((ctx, stream, last) -> ctx.writeAndFlush(new DefaultHttp2HeadersFrame(
                            new DefaultHttp2Headers().status("200").add("content-length", "100"), true)
                    .stream(stream)));
            try (var client = plane.client()) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
                assertThat(client.read().text()).contains("upstream_malformed");
            }
            next.add((ctx, stream, last) -> {
                ctx.write(new DefaultHttp2HeadersFrame(
                                new DefaultHttp2Headers().status("200").add("content-length", "100"), false)
                        .stream(stream));
                ctx.writeAndFlush(data("", true, stream));
            });
            try (var client = plane.client()) {
                client.send(GET);
                assertThat(client.readHead().header("content-length")).isEqualTo("100");
                assertThat(client.awaitClose()).isTrue();
            }
            next.add((ctx, stream, last) -> ctx.writeAndFlush(new DefaultHttp2HeadersFrame(
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
        settings.maxHeaderListSize(8 << 10);
        var large = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nX-Large: " + "x".repeat(16 << 10) + "\r\n\r\n";
        try (var plane = plane(", ejection: { failures: 1 }")) {
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
            next.add((ctx, stream, last) -> {});
            try (var client = FrameClient.connect(plane.port())) {
                client.post(1, "/", "content-type", "application/grpc");
                await().until(() -> heads.size() == 2);
                client.head(1, true, "grpc-message", "x".repeat(12 << 10));
                assertThat(client.answer(1).trailers.get("grpc-message")).contains("upstream_headers_too_large");
            }
            try (var client = plane.client()) {
                assertThat(client.exchange(GET).text()).isEqualTo("hello");
            }
            assertThat(connections).hasValue(1);
            assertThat(plane.meters.find("gatehouse.upstream.ejections").functionCounter())
                    .satisfies(counter -> assertThat(counter.count()).isZero());
        }
    }

    @Test
    void sendsNothingAgainThatTheTargetBeganAndReset() {
        try (var plane = plane();
                var client = plane.client()) {
            assertThat(client.exchange(GET).text()).isEqualTo("hello");
            next.add((ctx, stream, last) ->
                    ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR).stream(stream)));
            assertThat(client.exchange(GET).text()).contains("upstream_failed");
            assertThat(heads).hasSize(2);
        }
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
                "gatehouse-mirror");
        var headers =
                new DefaultHttp2Headers().status("200").add("x-own", "kept").add("etag", "kept");
        dropped.forEach(name -> headers.add(name, "trailers"));
        next.add((ctx, stream, last) -> {
            ctx.write(new DefaultHttp2HeadersFrame(headers, false).stream(stream));
            ctx.writeAndFlush(data("hello", true, stream));
        });
        try (var plane = plane();
                var client = plane.client()) {
            var answer = client.exchange(GET);
            assertThat(answer.text()).isEqualTo("hello");
            assertThat(answer.header("x-own")).isEqualTo("kept");
            assertThat(answer.header("etag")).isEqualTo("kept");
            assertThat(dropped)
                    .allSatisfy(name -> assertThat(answer.header(name)).isNull());
        }
    }

    private static DefaultHttp2Headers fields(String status) {
        var headers = new DefaultHttp2Headers(false);
        headers.status(status);
        return headers;
    }

    @Test
    void opensNoWebSocketWhereTheTargetDoesNotOfferIt() {
        try (var plane = plane();
                var client = plane.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            var answer = client.read();
            assertThat(answer.status()).isEqualTo(501);
            assertThat(answer.text()).contains("upstream_without_websocket");
        }
        assertThat(heads).isEmpty();
    }

    /** Connections to it stay unanswered once its queue is full. */
    private static ServerSocket unanswering(List<Socket> filling) throws IOException {
        var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        for (int i = 0; i < 2; i++) {
            filling.add(new Socket(silent.getInetAddress(), silent.getLocalPort()));
        }
        return silent;
    }

    @Test
    void countsAFailedConnectionOnceHoweverManyWaitForIt() throws IOException {
        var filling = new ArrayList<Socket>();
        var clients = new ArrayList<RawClient>();
        try (var silent = unanswering(filling);
                var plane = TestUpstreams.plane(("{ targets: ['h2c://127.0.0.1:%d'], timeouts: { connect: 2s }, "
                                + "retry: { attempts: 1 }, connections: { max: 2, idle: 1 }, "
                                + "circuitBreaker: { window: 10, minimum: 2 } }")
                        .formatted(silent.getLocalPort()))) {
            for (int i = 0; i < 110; i++) {
                clients.add(plane.client());
            }
            clients.forEach(client -> client.send(GET));
            var answers = clients.stream().map(client -> client.read().text()).toList();
            assertThat(answers)
                    .filteredOn(answer -> answer.contains("upstream_unreachable"))
                    .hasSize(101);
            assertThat(answers)
                    .as("more than may wait")
                    .filteredOn(answer -> answer.contains("upstream_busy"))
                    .hasSize(9);
            assertThat(plane.meters.find("gatehouse.upstream.connect.failures").functionCounter())
                    .satisfies(counter -> assertThat(counter.count()).isEqualTo(1));
            assertThat(clients.getFirst().exchange(GET).text())
                    .as("neither ejected nor given up")
                    .contains("upstream_unreachable");
        } finally {
            clients.forEach(RawClient::close);
            for (var socket : filling) {
                socket.close();
            }
        }
    }

    @Test
    void saysThatNobodyAnswers() {
        var url = start();
        closeServer();
        try (var plane = TestUpstreams.plane("targets: [%s]".formatted(url));
                var client = plane.client()) {
            assertThat(client.exchange(GET).text()).contains("upstream_unreachable");
        }
    }
}
