package io.gatehouse.proxy.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.proxy.http.target.FrameTarget;
import io.gatehouse.proxy.http.transport.Transport;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.RawClient;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.util.internal.PlatformDependent;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A client that takes nothing of its answers: they stay with the target, or end the connection where they cannot. */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class StalledClientTest {
    private static final int ANSWERS = 24;
    private static final int CLIENTS = 12;
    private static final int PIECE = 16 << 10;
    private static final String LARGE = "x".repeat(4 << 20);
    private static final String GET = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";

    @Test
    void answersThatNobodyTakesAreNotReadFromTheTarget() {
        try (var origin = TestOrigin.start(Script.of(200, "text/plain", LARGE));
                var plane = TestPlane.start(TestPlane.to(TestPlane.upstream(origin.uri())));
                var client = FrameClient.withWindow(plane.port(), 0)) {
            long before = PlatformDependent.usedDirectMemory();
            for (int i = 0; i < ANSWERS; i++) {
                client.get(1 + 2 * i, "/");
            }
            await().atMost(10, TimeUnit.SECONDS).until(() -> origin.requests().size() == ANSWERS);
            for (int i = 0; i < ANSWERS; i++) {
                client.roundTrip(); // by then each connection had its turn to read
            }
            await().during(500, TimeUnit.MILLISECONDS)
                    .atMost(10, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(PlatformDependent.usedDirectMemory() - before)
                            .isLessThan(32 << 20));
        }
    }

    @Test
    void answersThatNobodyTakesOverManyStreamsEndTheirConnectionAndNoOther() {
        int limit = 4 << 20;
        var answer = "x".repeat(200 << 10);
        try (var target = new FrameTarget()) {
            target.otherwise = (ctx, stream, last) -> {
                ctx.write(FrameTarget.head("200", false, stream));
                ctx.writeAndFlush(FrameTarget.data(answer, true, stream));
            };
            var snapshot = TestPlane.to(TestPlane.upstream(URI.create(target.start())));
            try (var plane = TestPlane.holding(limit, snapshot);
                    var patient = FrameClient.withWindow(plane.port(), 0);
                    var stranger = FrameClient.withWindow(plane.port(), 0)) {
                patient.get(1, "/");
                await().until(() -> target.heads.size() == 1);
                for (int i = 0; i < 90; i++) {
                    stranger.get(1 + 2 * i, "/");
                }
                stranger.awaitEnd();
                await().untilAsserted(() -> assertThat(held(plane)).isBetween(1.0, (double) limit));
                try (var other = plane.client()) {
                    assertThat(other.exchange(GET).text()).isEqualTo(answer);
                }
                patient.window(0, 1 << 20).window(1, 1 << 20);
                assertThat(patient.answer(1).text()).isEqualTo(answer);
                assertThat(ended(plane)).isEqualTo(1);
            }
        }
    }

    @Test
    void answersThatNobodyTakesOverManyConnectionsEndSomeOfThem() {
        int limit = 2 << 20;
        var stalled = new ArrayList<RawClient>();
        try (var origin = TestOrigin.start(Script.of(200, "text/plain", LARGE));
                var plane = TestPlane.holding(limit, TestPlane.to(TestPlane.upstream(origin.uri())))) {
            for (int i = 0; i < 60; i++) {
                stalled.add(plane.client().send(GET));
            }
            await().atMost(10, TimeUnit.SECONDS).until(() -> ended(plane) > 0);
            // and time shows who stands still
            await().during(Duration.ofSeconds(2))
                    .untilAsserted(() -> assertThat(held(plane)).isLessThanOrEqualTo(limit));
            try (var other = plane.client().timeout(Duration.ofSeconds(20))) {
                assertThat(other.exchange(GET).body()).hasSize(LARGE.length());
            }
        } finally {
            stalled.forEach(RawClient::close);
        }
    }

    @Test
    void framesThatAreNeverWholeEndConnectionsBeyondTheLimit() {
        int limit = 1 << 20;
        var strangers = new ArrayList<FrameClient>();
        try (var origin = TestOrigin.start();
                var plane = TestPlane.holding(limit, TestPlane.to(TestPlane.upstream(origin.uri())))) {
            var whole = FrameClient.encoded(FrameClient.DATA, 0, 1, new byte[16 << 10]);
            var cut = Arrays.copyOf(whole, whole.length - 1);
            for (int i = 0; i < 100; i++) {
                strangers.add(FrameClient.connect(plane.port()).bytes(cut));
            }
            await().until(() -> ended(plane) > 0);
            await().untilAsserted(() -> assertThat(held(plane)).isBetween(1.0, (double) limit));
            try (var other = plane.client()) {
                assertThat(other.exchange(GET).status()).isEqualTo(200);
            }
        } finally {
            strangers.forEach(FrameClient::close);
        }
    }

    /** As bytes that a target does not take: the buffers that they came in were twice and more as large. */
    @ParameterizedTest
    @MethodSource("io.gatehouse.proxy.http.TestPlane#transports")
    void whatRequestsHoldWhoseTargetTakesNothingIsWhatCounts(Transport.Kind transport) {
        int streams = 80; // no more in all than may wait for the first connection
        var strangers = new ArrayList<FrameClient>();
        try (var target = new FrameTarget()) {
            target.settings.initialWindowSize(1);
            target.otherwise = (ctx, stream, last) -> ctx.writeAndFlush(new DefaultHttp2WindowUpdateFrame(1 << 20));
            var snapshot = TestPlane.to(TestPlane.upstream(URI.create(target.start())));
            try (var plane = TestPlane.on(transport, snapshot)) {
                for (int client = 0; client < CLIENTS; client++) {
                    var stranger = FrameClient.connect(plane.port());
                    strangers.add(stranger);
                    for (int i = 0; i < streams; i++) {
                        stranger.post(1 + 2 * i, "/");
                    }
                }
                await().until(() -> target.heads.size() == CLIENTS * streams);
                long before = PlatformDependent.usedDirectMemory();
                var piece = "x".repeat(PIECE);
                for (var stranger : strangers) {
                    for (int i = 0; i < streams; i++) {
                        stranger.data(1 + 2 * i, piece, false);
                    }
                    stranger.roundTrip();
                }
                await().untilAsserted(() -> assertThat(held(plane)).isGreaterThanOrEqualTo(CLIENTS * streams * PIECE));
                assertThat(PlatformDependent.usedDirectMemory() - before)
                        .as("with what is handed out and not used yet")
                        .isLessThan((long) (1.7 * held(plane)));
            }
        } finally {
            strangers.forEach(FrameClient::close);
        }
    }

    static double held(TestPlane plane) {
        return plane.meters.get("gatehouse.connections.held").gauge().value();
    }

    static double ended(TestPlane plane) {
        var counter = plane.meters
                .find("gatehouse.requests")
                .tag("code", "connection_holds_too_much")
                .functionCounter();
        return counter == null ? 0 : counter.count();
    }
}
