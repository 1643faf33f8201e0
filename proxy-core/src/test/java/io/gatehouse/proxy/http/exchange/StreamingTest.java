package io.gatehouse.proxy.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.proxy.http.client.FrameClient;
import io.gatehouse.proxy.http.target.TestUpstreams;
import io.gatehouse.proxy.http.transport.Transport;
import io.gatehouse.testkit.BlockingCheck;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers and bodies that last: each piece goes on as it comes, and only silence ends them. */
@ExtendWith({LeakCheck.class, BlockingCheck.class})
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class StreamingTest {
    /** By HTTP/1.0, so that the answer is not cut into chunks that a test would have to put together. */
    private static final String GET = "GET /events HTTP/1.0\r\nHost: a\r\nAccept: text/event-stream\r\n\r\n";

    private final TestOrigin origin = TestOrigin.start(Script.echo());
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        origin.close();
    }

    private TestPlane plane(Duration response, Duration idle) {
        return TestPlane.start(TestPlane.to(TestPlane.upstream(response, idle, origin.uri())));
    }

    private void streamEvents() {
        origin.otherwise((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (true) {
                var event = "data: " + events.take() + "\n\n";
                wire.send(Integer.toHexString(event.length()) + "\r\n" + event + "\r\n");
            }
        });
    }

    @Test
    void sendsEachEventAsItComesForLongerThanAnAnswerMayTake() {
        streamEvents();
        try (var plane = plane(Duration.ofMillis(300), Duration.ofSeconds(5));
                var client = plane.client()) {
            client.send(GET);
            assertThat(client.readHead().header("content-type")).isEqualTo("text/event-stream");
            var begun = System.nanoTime();
            for (int i = 0; System.nanoTime() - begun < Duration.ofMillis(1200).toNanos(); i++) {
                var event = "data: " + i + "\n\n";
                events.add(String.valueOf(i));
                assertThat(client.readBytes(event.length())).isEqualTo(event.getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(client.staysSilent(Duration.ofMillis(600))).isTrue();
        }
        await().until(() -> {
            events.add("to notice that nobody listens");
            return origin.openConnections() == 0;
        });
    }

    @Test
    void endsAStreamInWhichNothingMoves() {
        streamEvents();
        try (var plane = plane(Duration.ofSeconds(5), Duration.ofMillis(500));
                var client = plane.client()) {
            client.send(GET);
            assertThat(client.readHead().status()).isEqualTo(200);
            assertThat(client.awaitClose()).isTrue();
        }
    }

    @Test
    void sendsEachPieceOfARequestAsItComes() throws InterruptedException {
        var heard = new LinkedBlockingQueue<Integer>();
        origin.otherwise(Script.early((request, wire) -> {
            for (int next = wire.input().read(); next >= 0; next = wire.input().read()) {
                heard.add(next);
            }
        }));
        try (var plane = plane(Duration.ofSeconds(5), Duration.ofSeconds(5));
                var client = plane.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n");
            for (char c : List.of('a', 'b', 'c')) {
                client.send(String.valueOf(c));
                assertThat(heard.take()).isEqualTo((int) c);
            }
        }
    }

    /** It does not say that it closes: nothing else may be sent on what is half dead. */
    @ParameterizedTest
    @MethodSource("io.gatehouse.proxy.http.TestPlane#transports")
    void usesNoConnectionAgainThatAWriteHasFailedOn(Transport.Kind transport) {
        passesOnEarlyAnswers(transport, 25, "");
    }

    /** The target closes on what is still under way, and its system resets the connection behind the answer. */
    @ParameterizedTest
    @MethodSource("io.gatehouse.proxy.http.TestPlane#transports")
    void passesOnAnAnswerThatComesBeforeTheRestOfTheRequest(Transport.Kind transport) {
        passesOnEarlyAnswers(transport, 50, "Connection: close\r\n");
    }

    private void passesOnEarlyAnswers(Transport.Kind transport, int times, String fields) {
        origin.otherwise(Script.early((request, wire) -> {
            wire.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 5\r\n" + fields + "\r\nlarge");
            wire.close();
        }));
        var upstream = TestPlane.upstream(Duration.ofSeconds(5), Duration.ofSeconds(5), origin.uri());
        var body = new byte[1 << 20];
        try (var plane = TestPlane.on(transport, TestPlane.to(upstream))) {
            for (int i = 0; i < times; i++) {
                try (var client = plane.client()) {
                    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n");
                    client.send(body);
                    assertThat(client.read().status()).isEqualTo(413);
                }
            }
        }
    }

    @Test
    void namingGrpcExcusesNoSlowBodyOverHttp1() {
        origin.next(Script.early(Script.stallAfter("")));
        var limits = TestPlane.limits(1 << 20, Duration.ofMillis(300), Duration.ofSeconds(20), 10);
        try (var plane = TestPlane.start(limits, TestPlane.to(TestPlane.upstream(origin.uri())));
                var client = plane.client()) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\nContent-Length: 10000\r\n\r\nx");
            assertThat(client.read().status()).isEqualTo(408);
        }
    }

    @Test
    void endsAnAnswerThatIsNotTakenThoughTheClientSendsOn() {
        origin.otherwise(Script.early((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nsome\r\n");
            wire.awaitClose();
        }));
        try (var plane = plane(Duration.ofSeconds(5), Duration.ofMillis(500));
                var client = FrameClient.withWindow(plane.port(), 0)) {
            client.post(1, "/").data(1, "x", false);
            while (client.soFar(1).statuses.isEmpty()) {
                client.next();
            }
            await().pollInterval(Duration.ofMillis(100))
                    .atMost(Duration.ofSeconds(4))
                    .until(() -> client.data(1, "x", false).roundTrip().soFar(1).reset >= 0);
        }
    }

    /** All streams hear of it when one of them has filled the connection and its client takes more. */
    @Test
    void aTargetThatHangsIsGivenUpThoughOtherAnswersFlow() {
        origin.otherwise(Script.of(200, "text/plain", "x".repeat(64 << 20)));
        try (var plane = plane(Duration.ofMillis(500), Duration.ofSeconds(5));
                var client = FrameClient.withWindow(plane.port(), Integer.MAX_VALUE)) {
            client.get(1, "/");
            var large = client.soFar(1);
            while (large.body.size() < 65_535) {
                client.next();
            }
            origin.next(Script.stallAfter(""));
            client.get(3, "/");
            await().pollInterval(Duration.ofMillis(50))
                    .atMost(Duration.ofSeconds(4))
                    .until(() -> client.window(0, 200_000)
                            .roundTrip()
                            .soFar(3)
                            .statuses
                            .equals(List.of(504)));
            assertThat(large.body.size()).isGreaterThan(65_535);
        }
    }

    @Test
    void blamesNoTargetForABodyThatDoesNotCome() throws InterruptedException {
        origin.next(Script.early(Script.stallAfter("")));
        var target =
                TestUpstreams.to("{ targets: [%s], timeouts: { response: 300ms }, ejection: { failures: 1, base: 1m } }"
                        .formatted(origin.uri()));
        try (var plane = TestPlane.start(TestPlane.to(target));
                var stalling = plane.client();
                var client = plane.client()) {
            stalling.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
            var answer = stalling.read();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.text()).contains("request_timeout");
            assertThat(client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status())
                    .isEqualTo(200);
            var ejections = plane.meters.find("gatehouse.upstream.ejections").functionCounter();
            assertThat(ejections == null ? 0 : ejections.count()).isZero();
        }
    }

    @Test
    void letsAClientTalkSlowlyOnceTheTargetAnswers() {
        var target = TestPlane.upstream(Duration.ofSeconds(5), Duration.ofSeconds(5), origin.uri());
        var limits = TestPlane.limits(1 << 20, Duration.ofMillis(300), Duration.ofSeconds(5), 10);
        origin.otherwise(Script.early((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int next = wire.input().read(); next >= 0; next = wire.input().read()) {
                wire.send("1\r\n" + (char) next + "\r\n");
            }
        }));
        try (var plane = TestPlane.start(limits, TestPlane.to(target));
                var client = plane.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000\r\n\r\n");
            assertThat(client.readHead().status()).isEqualTo(200);
            assertThat(client.staysSilent(Duration.ofSeconds(3))).isTrue();
            assertThat(client.send("x").readBytes(6)).isEqualTo("1\r\nx\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }
}
