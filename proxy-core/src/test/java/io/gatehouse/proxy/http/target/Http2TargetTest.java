package io.gatehouse.proxy.http.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.RawClient;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Targets that speak HTTP/2: connections and their streams, what is sent again, what is given up. */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class Http2TargetTest {
    private static final String GET = "GET /hello?x=1 HTTP/1.1\r\nHost: a.example\r\n\r\n";

    private final FrameTarget target = new FrameTarget();

    @AfterEach
    void stop() {
        target.close();
    }

    @Test
    void carriesRequestsAndAnswers() {
        try (var plane = target.plane();
                var client = plane.client()) {
            for (int i = 0; i < 5; i++) {
                var answer = client.exchange(GET);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.text()).isEqualTo("hello");
                assertThat(answer.header("transfer-encoding")).isEqualTo("chunked");
            }
        }
        assertThat(target.connections).hasValue(1);
        var head = target.heads.getFirst();
        assertThat(head.path()).hasToString("/hello?x=1");
        assertThat(head.scheme()).hasToString("http");
        assertThat(head.authority()).asString().startsWith("127.0.0.1:");
        assertThat(head.get("x-forwarded-host")).hasToString("a.example");
        assertThat(head.get("host")).isNull();
        assertThat(head.get("content-length")).isNull();
    }

    @Test
    void sharesOneConnectionWithinTheTargetsLimit() {
        target.settings.maxConcurrentStreams(2);
        var held = new CopyOnWriteArrayList<Runnable>();
        target.otherwise = (ctx, stream, last) ->
                held.add(() -> ctx.executor().execute(() -> FrameTarget.hello(ctx, stream, last)));
        var clients = new ArrayList<RawClient>();
        try (var plane = target.plane()) {
            for (int i = 0; i < 5; i++) {
                clients.add(plane.client().send(GET));
                int sent = i + 1;
                await().until(() -> held.size() == sent);
            }
            assertThat(target.connections).hasValue(3);
            held.forEach(Runnable::run);
            clients.forEach(client -> assertThat(client.read().text()).isEqualTo("hello"));
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void opensOneConnectionForThoseWhoComeAtOnce() {
        var clients = new ArrayList<RawClient>();
        try (var plane = target.plane()) {
            for (int i = 0; i < 20; i++) {
                clients.add(plane.client());
            }
            clients.forEach(client -> client.send(GET));
            clients.forEach(client -> assertThat(client.read().text()).isEqualTo("hello"));
            assertThat(target.connections).hasValue(1);
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void sendsAgainWhatTheTargetRefusedToBegin() {
        target.next.add((ctx, stream, last) ->
                ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.REFUSED_STREAM).stream(stream)));
        try (var plane = target.plane();
                var client = plane.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.read().text()).isEqualTo("hello");
            assertThat(target.heads).hasSize(2);
            target.next.add((ctx, stream, last) ->
                    ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR).stream(stream)));
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(502);
        }
    }

    @Test
    void goesOnElsewhereWhenTheTargetSaysGoodbye() {
        target.next.add((ctx, stream, last) -> {
            FrameTarget.hello(ctx, stream, last);
            ctx.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
        });
        try (var plane = target.plane();
                var client = plane.client()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.exchange(GET).text()).isEqualTo("hello");
            }
            assertThat(target.connections).hasValue(2);
        }
    }

    @Test
    void leavesATargetThatSaysGoodbyeOnceNothingIsAskedOfIt() {
        var goodbye = new CopyOnWriteArrayList<Runnable>();
        target.next.add((ctx, stream, last) -> {
            goodbye.add(() -> ctx.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR)));
            FrameTarget.hello(ctx, stream, last);
        });
        try (var plane = target.plane(", connections: { max: 1, idle: 1 }");
                var client = plane.client()) {
            assertThat(client.exchange(GET).text()).isEqualTo("hello");
            goodbye.forEach(Runnable::run);
            await().until(() -> target.left.get() == 1);
            await().untilAsserted(() -> assertThat(client.exchange(GET).text()).isEqualTo("hello"));
            assertThat(target.connections).hasValue(2);
        }
    }

    /** The target guards itself against rapid resets as Netty does, and would end the connection of them all. */
    @Test
    void clientsThatLeaveTakeNoOtherRequestWithThem() {
        var held = new CopyOnWriteArrayList<Runnable>();
        target.otherwise = (ctx, stream, last) ->
                held.add(() -> ctx.executor().execute(() -> FrameTarget.hello(ctx, stream, last)));
        try (var plane = target.plane();
                var patient = plane.client().send(GET)) {
            await().until(() -> held.size() == 1);
            for (int i = 0; i < 300; i++) {
                int asked = i + 2;
                try (var leaving = plane.client().send(GET)) {
                    await().pollInterval(Duration.ofMillis(2)).until(() -> held.size() == asked);
                    leaving.reset();
                }
            }
            held.forEach(Runnable::run);
            assertThat(patient.read().text()).isEqualTo("hello");
        }
        assertThat(target.connections).hasValueBetween(3, 4);
        await().until(() -> target.left.get() == target.connections.get());
    }

    @Test
    void aConnectionThatEndsIsOneFailureHoweverManyRequestsItCarried() {
        var held = new CopyOnWriteArrayList<ChannelHandlerContext>();
        target.otherwise = (ctx, stream, last) -> held.add(ctx);
        var clients = new ArrayList<RawClient>();
        try (var plane = target.plane(", ejection: { failures: 2 }")) {
            for (int i = 0; i < 5; i++) {
                clients.add(plane.client().send(GET));
            }
            await().until(() -> held.size() == 5);
            held.getFirst().close();
            clients.forEach(client -> assertThat(client.read().status()).isEqualTo(502));
            target.otherwise = FrameTarget::hello;
            try (var client = plane.client()) {
                assertThat(client.exchange(GET).text()).isEqualTo("hello");
            }
            assertThat(plane.meters
                            .get("gatehouse.upstream.ejections")
                            .functionCounter()
                            .count())
                    .isZero();
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void sendsAgainWhatIsBeyondTheLastStreamOfAGoodbye() {
        // the codec counts from the last stream that it has seen: -1 leaves out the one at hand
        target.next.add((ctx, stream, last) -> ctx.pipeline()
                .context(io.netty.handler.codec.http2.Http2FrameCodec.class)
                .writeAndFlush(goAwayBytes(ctx)));
        try (var plane = target.plane();
                var client = plane.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.read().text()).isEqualTo("hello");
            assertThat(target.heads).hasSize(2);
            assertThat(target.connections).hasValue(2);
        }
    }

    /** An interim answer shows that it has begun, whatever it says afterwards. */
    @ParameterizedTest
    @CsvSource({"100, true", "103, true", "100, false", "103, false"})
    void sendsNothingAgainOnceAnInterimAnswerHasCome(String interim, boolean reset) {
        target.next.add((ctx, stream, last) -> {
            ctx.write(FrameTarget.head(interim, false, stream));
            if (reset) {
                ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.REFUSED_STREAM).stream(stream));
            } else {
                ctx.pipeline()
                        .context(io.netty.handler.codec.http2.Http2FrameCodec.class)
                        .writeAndFlush(goAwayBytes(ctx));
            }
        });
        try (var plane = target.plane();
                var client = plane.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            var answer = client.read();
            if (interim.equals("103")) {
                assertThat(answer.status()).isEqualTo(103);
                answer = client.read();
            }
            assertThat(answer.text()).contains("upstream_failed");
        }
        assertThat(target.heads).hasSize(1);
    }

    @Test
    void givesUpAConnectionThatHasGoneSilent() {
        try (var plane = target.plane(", timeouts: { response: 250ms }");
                var client = plane.client()) {
            assertThat(client.exchange(GET).text()).isEqualTo("hello");
            target.otherwise = (ctx, stream, last) -> {};
            assertThat(client.exchange(GET).status()).isEqualTo(504);
            target.otherwise = FrameTarget::hello;
            assertThat(client.exchange(GET).text()).isEqualTo("hello");
            assertThat(target.connections).hasValue(2);
        }
    }

    @Test
    void sendsNothingAgainThatTheTargetBeganAndReset() {
        try (var plane = target.plane();
                var client = plane.client()) {
            assertThat(client.exchange(GET).text()).isEqualTo("hello");
            target.next.add((ctx, stream, last) ->
                    ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR).stream(stream)));
            assertThat(client.exchange(GET).text()).contains("upstream_failed");
            assertThat(target.heads).hasSize(2);
        }
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
        var url = target.start();
        target.closeServer();
        try (var plane = TestUpstreams.plane("targets: [%s]".formatted(url));
                var client = plane.client()) {
            assertThat(client.exchange(GET).text()).contains("upstream_unreachable");
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

    /** Connections to it stay unanswered once its queue is full. */
    private static ServerSocket unanswering(List<Socket> filling) throws IOException {
        var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        for (int i = 0; i < 2; i++) {
            filling.add(new Socket(silent.getInetAddress(), silent.getLocalPort()));
        }
        return silent;
    }
}
