package io.gatehouse.filters.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.config.Size;
import io.gatehouse.filters.EdgePlane;
import io.gatehouse.proxy.filter.BodyUse;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.testkit.BlockingCheck;
import io.gatehouse.testkit.LeakCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({LeakCheck.class, BlockingCheck.class})
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class BodyLimitTest {
    private static final String HEAD = "POST / HTTP/1.1\r\nHost: a\r\n";

    private final EdgePlane plane = EdgePlane.on("/**");

    @AfterEach
    void stop() {
        plane.close();
    }

    private void limit(long bytes) {
        plane.with(new BodyLimitFactory(), new BodyLimitConfig(new Size(bytes)));
    }

    private static Filter reading() {
        return new Filter() {
            @Override
            public Verdict onRequest(Exchange exchange) {
                return Verdict.NEXT;
            }

            @Override
            public BodyUse requestBody() {
                return BodyUse.READ;
            }
        };
    }

    @Test
    void takesABodyOfExactlyTheLimit() {
        limit(5);
        try (var client = plane.client()) {
            assertThat(client.exchange(HEAD + "Content-Length: 5\r\n\r\nhello").text())
                    .isEqualTo("hello");
            assertThat(client.exchange(HEAD + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
                            .text())
                    .isEqualTo("hello");
        }
    }

    @Test
    void refusesWhatIsAnnouncedAsLargerBeforeItIsSent() {
        limit(5);
        try (var client = plane.client()) {
            var answer = client.exchange(HEAD + "Content-Length: 6\r\nExpect: 100-continue\r\n\r\n");
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.text()).contains("\"code\":\"body_too_large\"");
            assertThat(client.awaitClose()).isTrue();
        }
        assertThat(plane.origin.calls()).isZero();
    }

    @Test
    void countsABodyWithoutLengthWhileItPasses() {
        limit(5);
        try (var client = plane.client()) {
            client.send(HEAD + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            client.send("1\r\n!\r\n");
            assertThat(client.read().status()).isEqualTo(413);
            assertThat(client.awaitClose()).isTrue();
        }
    }

    @Test
    void countsABodyWithoutLengthWhileItIsKept() {
        limit(5);
        plane.with(Phase.TRANSFORM, reading());
        try (var client = plane.client()) {
            assertThat(client.exchange(HEAD + "Transfer-Encoding: chunked\r\n\r\n6\r\nhello!\r\n0\r\n\r\n")
                            .status())
                    .isEqualTo(413);
        }
        assertThat(plane.origin.calls()).isZero();
    }

    @Test
    void takesTheSmallerOfSeveralLimits() {
        limit(5);
        limit(1 << 30);
        try (var client = plane.client()) {
            assertThat(client.exchange(HEAD + "Content-Length: 6\r\n\r\n").status())
                    .isEqualTo(413);
        }
        try (var client = plane.client()) {
            assertThat(client.exchange(HEAD + "Content-Length: " + (2 << 20) + "\r\n\r\n")
                            .status())
                    .isEqualTo(413);
        }
    }

    @Test
    void canTakeNoBodyAtAll() {
        limit(0);
        assertThat(plane.ask("GET", "/").status()).isEqualTo(200);
        assertThat(plane.ask("POST", "/", "Content-Length: 1").status()).isEqualTo(413);
    }
}
