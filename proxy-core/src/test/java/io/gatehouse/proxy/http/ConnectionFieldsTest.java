package io.gatehouse.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Fields that {@code Connection} names end here, and naming one cannot take away what the gateway says. */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class ConnectionFieldsTest {
    private final TestOrigin origin = TestOrigin.start(Script.echo());
    private final TestPlane plane = TestPlane.start(TestPlane.to(TestPlane.upstream(origin.uri())));

    @AfterEach
    void stop() {
        plane.close();
        origin.close();
    }

    @Test
    void dropsTheFieldsThatConnectionNames() throws InterruptedException {
        try (var client = plane.client()) {
            client.exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: X-One, x-two\r\nX-One: 1\r\nX-Two: 2\r\n"
                    + "Connection: X-Three\r\nX-THREE: 3\r\nX-Four: 4\r\n\r\n");
        }
        var seen = origin.take().headers();
        assertThat(seen.has("x-one") || seen.has("x-two") || seen.has("x-three"))
                .isFalse();
        assertThat(seen.first("x-four")).isEqualTo("4");
    }

    @Test
    void keepsWhatTheGatewaySaysThoughConnectionNamesIt() throws InterruptedException {
        try (var client = plane.client()) {
            client.exchange("POST / HTTP/1.1\r\nHost: a\r\nConnection: close, host, content-length, x-forwarded-for,"
                    + " x-forwarded-host, transfer-encoding, connection\r\nContent-Length: 5\r\n\r\nhello");
        }
        var seen = origin.take();
        assertThat(seen.text()).isEqualTo("hello");
        assertThat(seen.header("host")).isEqualTo("127.0.0.1:" + origin.port());
        assertThat(seen.header("content-length")).isEqualTo("5");
        assertThat(seen.header("x-forwarded-for")).isEqualTo("127.0.0.1");
        assertThat(seen.header("x-forwarded-host")).isEqualTo("a");
        assertThat(seen.headers().has("connection")).isFalse();
    }

    @Test
    void dropsTheFieldsThatATargetsConnectionNames() {
        origin.otherwise(Script.raw("HTTP/1.1 200 OK\r\nConnection: X-One\r\nX-One: 1\r\nKeep-Alive: timeout=5\r\n"
                + "Proxy-Authenticate: Basic\r\nUpgrade: h2c\r\nContent-Length: 0\r\n\r\n"));
        try (var client = plane.client()) {
            var answer = client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(answer.status()).isEqualTo(200);
            for (var name : new String[] {"x-one", "connection", "keep-alive", "upgrade"}) {
                assertThat(answer.headers().has(name)).as(name).isFalse();
            }
        }
    }
}
