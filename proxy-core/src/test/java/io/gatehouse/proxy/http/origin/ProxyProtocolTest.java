package io.gatehouse.proxy.http.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.testkit.BlockingCheck;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A listener behind a load balancer that speaks the PROXY protocol. */
@ExtendWith({LeakCheck.class, BlockingCheck.class})
class ProxyProtocolTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String HEADER = "PROXY TCP4 192.0.2.1 198.51.100.1 1 2\r\n";

    private final TestOrigin origin = TestOrigin.start(Script.echo());
    private final TestPlane plane =
            TestPlane.behind(null, true, List.of("203.0.113.0/24"), TestPlane.to(TestPlane.upstream(origin.uri())));

    @AfterEach
    void stop() {
        plane.close();
        origin.close();
    }

    private String seenBy(String bytes) throws InterruptedException {
        try (var client = plane.client()) {
            assertThat(client.exchange(bytes).status()).isEqualTo(200);
        }
        return String.valueOf(origin.take().header("x-forwarded-for"));
    }

    @Test
    void takesTheClientsAddressFromIt() throws InterruptedException {
        assertThat(seenBy(HEADER + GET)).isEqualTo("192.0.2.1");
        assertThat(seenBy("\r\n\r\n\0\r\nQUIT\n\41\21\0\14\1\2\3\4\5\6\7\10\0\1\0\2" + GET))
                .isEqualTo("1.2.3.4");
        assertThat(seenBy("PROXY UNKNOWN\r\n" + GET)).isEqualTo("127.0.0.1");
        assertThat(seenBy("\r\n\r\n\0\r\nQUIT\n\40\0\0\0" + GET)).isEqualTo("127.0.0.1");
    }

    @Test
    void whoIsSilentInsteadHoldsUpNoStop() {
        try (var silent = plane.client()) {
            await().until(() ->
                    plane.meters.get("gatehouse.connections").gauge().value() == 1);
            assertThat(plane.plane().drain(Duration.ofSeconds(1))).isTrue();
            assertThat(silent.awaitClose()).isTrue();
        }
    }

    @Test
    void readsItInPiecesAndOnce() throws InterruptedException {
        try (var client = plane.client()) {
            for (char c : (HEADER + GET).toCharArray()) {
                client.send(String.valueOf(c));
            }
            assertThat(client.read().status()).isEqualTo(200);
            assertThat(client.exchange(GET).status()).isEqualTo(200);
            assertThat(client.exchange(HEADER + GET).status()).isEqualTo(400);
        }
        assertThat(origin.take().header("x-forwarded-for")).isEqualTo("192.0.2.1");
        assertThat(origin.take().header("x-forwarded-for")).isEqualTo("192.0.2.1");
    }

    @Test
    void judgesForwardersByTheAddressThatItNames() throws InterruptedException {
        var forwarded = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n";
        assertThat(seenBy(HEADER + forwarded)).isEqualTo("192.0.2.1");
        assertThat(seenBy(HEADER.replace("192.0.2.1", "203.0.113.9") + forwarded))
                .isEqualTo("6.6.6.6, 203.0.113.9");
    }

    @Test
    void endsConnectionsThatDoNotBeginWithIt() {
        for (var bad : List.of(GET, "PROXY TCP4 x y 1 2\r\n" + GET, "\r\n" + GET)) {
            try (var client = plane.client()) {
                client.send(bad);
                assertThat(client.awaitClose()).isTrue();
            }
        }
        try (var silent = plane.client();
                var half = plane.client()) {
            half.send("PROXY TCP4 192.0");
            assertThat(silent.awaitClose()).isTrue();
            assertThat(half.awaitClose()).isTrue();
        }
        assertThat(origin.calls()).isZero();
        var refused = plane.meters
                .find("gatehouse.requests")
                .tag("code", "proxy_header")
                .functionCounter();
        assertThat(Objects.requireNonNull(refused).count()).isEqualTo(5);
    }

    @Test
    void isNotTakenWhereItIsNotExpected() {
        try (var plain = TestPlane.start(TestPlane.to(TestPlane.upstream(origin.uri())));
                var client = plain.client()) {
            assertThat(client.exchange(HEADER + GET).status()).isEqualTo(400);
        }
    }
}
