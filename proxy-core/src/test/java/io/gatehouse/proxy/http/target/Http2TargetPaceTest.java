package io.gatehouse.proxy.http.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.testkit.LeakCheck;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bodies to and from a target over HTTP/2: at whose pace they move, and what ends them early. */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class Http2TargetPaceTest {
    private static final String GET = "GET /hello?x=1 HTTP/1.1\r\nHost: a.example\r\n\r\n";

    private final FrameTarget target = new FrameTarget();

    @AfterEach
    void stop() {
        target.close();
    }

    @Test
    void streamsLargeBodiesAtThePaceOfTheSlowerSide() {
        var body = new byte[3 << 20];
        new Random(7).nextBytes(body);
        target.otherwise = (ctx, stream, last) -> {
            ctx.write(FrameTarget.head("200", false, stream));
            ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), true).stream(stream));
        };
        try (var plane = target.plane();
                var client = plane.client().timeout(Duration.ofSeconds(20))) {
            client.send(GET);
            assertThat(client.read().body()).isEqualTo(body);
            target.otherwise = (ctx, stream, last) -> {};
            var sender = CompletableFuture.runAsync(() -> {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n");
                client.send(body);
            });
            await().until(() -> target.received.get() == body.length);
            assertThat(sender).succeedsWithin(Duration.ofSeconds(5));
        }
    }

    @Test
    void holdsBackWhatTheTargetDoesNotTake() {
        target.takesBodies = false;
        target.otherwise = (ctx, stream, last) -> {};
        try (var plane = target.plane("");
                var client = plane.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
            client.send(new byte[500_000]);
            await().until(() -> target.received.get() == 65_535);
            assertThat(client.staysSilent(Duration.ofMillis(100))).isTrue();
            assertThat(target.received).hasValue(65_535);
        }
    }

    @Test
    void oneClientThatDoesNotReadHoldsUpNoOther() {
        var large = new byte[8 << 20];
        target.next.add((ctx, stream, last) -> {
            ctx.write(FrameTarget.head("200", false, stream));
            ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(large), true).stream(stream));
        });
        try (var plane = target.plane();
                var stalled = plane.client();
                var client = plane.client().timeout(Duration.ofSeconds(20))) {
            stalled.send(GET);
            await().until(() -> target.heads.size() == 1);
            for (int i = 0; i < 20; i++) {
                assertThat(client.exchange(GET).text()).isEqualTo("hello");
            }
            assertThat(target.connections).hasValue(1);
        }
    }

    @Test
    void passesOnAnEarlyAnswerAndCancelsTheRest() {
        try (var plane = target.plane();
                var client = plane.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nsome");
            var answer = client.read();
            assertThat(answer.text()).isEqualTo("hello");
            assertThat(client.awaitClose()).isTrue();
            await().untilAsserted(() -> assertThat(target.resets).containsExactly(Http2Error.CANCEL.code()));
        }
    }

    @Test
    void cancelsTheStreamOfAClientThatLeaves() {
        target.otherwise = (ctx, stream, last) -> {};
        try (var plane = target.plane();
                var other = plane.client()) {
            try (var client = plane.client()) {
                client.send(GET);
                await().until(() -> target.heads.size() == 1);
            }
            await().untilAsserted(() -> assertThat(target.resets).containsExactly(Http2Error.CANCEL.code()));
            target.otherwise = FrameTarget::hello;
            assertThat(other.exchange(GET).text()).isEqualTo("hello");
            assertThat(target.connections).hasValue(1);
        }
    }
}
