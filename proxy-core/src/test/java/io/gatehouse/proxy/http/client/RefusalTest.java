package io.gatehouse.proxy.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.proxy.http.client.RefusalCorpus.Sent;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.RawClient;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a stranger may not send, byte by byte. */
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final TestOrigin origin = TestOrigin.start(Script.echo());

    @SuppressWarnings("NullAway.Init") // started before every test
    private TestPlane plane;

    @BeforeAll
    void start() {
        plane = TestPlane.start(
                TestPlane.limits(1 << 20, Duration.ofMillis(400), Duration.ofSeconds(1), 50),
                TestPlane.to(TestPlane.upstream(origin.uri())));
    }

    @AfterAll
    void stop() {
        plane.close();
        origin.close();
    }

    @ParameterizedTest
    @MethodSource("io.gatehouse.proxy.http.client.RefusalCorpus#refused")
    void refuses(Sent refused) {
        try (var client = plane.client()) {
            // what follows must never be taken for a second request
            client.send(refused.bytes() + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
            var answer = client.read();
            assertThat(answer.status()).isEqualTo(refused.status());
            assertThat(answer.header("connection")).isEqualTo("close");
            assertThat(answer.text()).contains("\"code\"").doesNotContain("Exception");
            assertThat(new String(client.readToEnd(), StandardCharsets.ISO_8859_1))
                    .isEmpty();
        }
        assertThat(origin.requests()).noneMatch(request -> request.target().contains("smuggled"));
    }

    @ParameterizedTest
    @MethodSource("io.gatehouse.proxy.http.client.RefusalCorpus#clear")
    void takesWhatIsUnusualButClear(Sent good) {
        try (var client = plane.client()) {
            assertThat(client.exchange(good.bytes()).status()).isEqualTo(good.status());
        }
    }

    @Test
    void endsAHeadThatComesTooSlowly() {
        try (var client = plane.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n");
            assertThat(client.read().status()).isEqualTo(408);
        }
    }

    @Test
    void endsABodyThatComesTooSlowly() {
        try (var client = plane.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nsome");
            var answer = client.read();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.text()).contains("request_timeout");
            assertThat(client.awaitClose()).isTrue();
        }
    }

    @Test
    void endsAConnectionThatSaysNothing() {
        try (var client = plane.client()) {
            assertThat(client.awaitClose()).isTrue();
        }
    }

    @Test
    void endsAnIdleConnection() {
        try (var client = plane.client()) {
            assertThat(client.exchange(GET).status()).isEqualTo(200);
            assertThat(client.awaitClose()).isTrue();
        }
    }

    @Test
    void takesNoMoreConnectionsThanAllowed() {
        var limits = TestPlane.limits(1 << 20, Duration.ofSeconds(30), Duration.ofSeconds(30), 50);
        try (var full = TestPlane.start(limits, TestPlane.to(TestPlane.upstream(origin.uri())))) {
            var clients = Stream.generate(full::client).limit(50).toList();
            for (var client : clients) {
                assertThat(client.exchange(GET).status()).isEqualTo(200);
            }
            try (var oneMore = full.client()) {
                assertThat(oneMore.awaitClose()).isTrue();
            }
            clients.forEach(RawClient::close);
            await().untilAsserted(() -> {
                try (var again = full.client()) {
                    assertThat(again.exchange(GET).status()).isEqualTo(200);
                }
            });
        }
    }

    @Test
    void survivesRandomBytes() {
        var random = new Random(42);
        var corpus = RefusalCorpus.refused().map(Sent::bytes).toList();
        for (int i = 0; i < 300; i++) {
            var bytes = corpus.get(random.nextInt(corpus.size())).getBytes(StandardCharsets.ISO_8859_1);
            for (int k = 0; k < 3; k++) {
                bytes[random.nextInt(Math.min(bytes.length, 200))] = (byte) random.nextInt(256);
            }
            try (var client = plane.client()) {
                client.send(bytes).endOutput();
                client.readToEnd();
            } catch (java.io.UncheckedIOException reset) {
                assertThat(reset.getMessage()).isNotNull();
            }
        }
        try (var client = plane.client()) {
            assertThat(client.exchange(GET).status()).isEqualTo(200);
        }
    }
}
