package io.gatehouse.proxy.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.testkit.BlockingCheck;
import io.gatehouse.testkit.Headers;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Fields behind bodies, both ways. */
@ExtendWith({LeakCheck.class, BlockingCheck.class})
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class TrailersTest {
    private static final String TE = "GET / HTTP/1.1\r\nHost: a\r\nTE: trailers, deflate;q=0.5\r\n\r\n";
    private static final String CHUNKED_POST = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String TRAILERS =
            "Grpc-Status: 0\r\nX-Checksum:  \t a b \t\r\ngrpc-message: \u00e4\r\nX-Checksum: 2\r\n";
    /** What would mean something in a head: framing, routing, credentials, what only the gateway says. */
    private static final String FORBIDDEN = "Content-Length: 5\r\nTransfer-Encoding: chunked\r\nHost: evil\r\n"
            + "Authorization: Basic eA==\r\nCookie: a=b\r\nSet-Cookie: a=b\r\nContent-Type: a/b\r\nContent-MD5: x\r\n"
            + "X-Forwarded-For: 1.1.1.1\r\nForwarded: for=1.1.1.1\r\nX-Auth-Client-Id: root\r\nX-Auth-Other: root\r\n"
            + "Gatehouse-Approval: a\r\nConnection: x\r\nTE: gzip\r\nTrailer: x\r\nX-API-Key: k\r\nIf-Match: x\r\n"
            + "Range: bytes=0-\r\nCache-Control: no-store\r\nLocation: /evil\r\nExpect: 100-continue\r\nUpgrade: h2c\r\n"
            + "Proxy-Authorization: x\r\nSec-Fetch-Site: none\r\nAccess-Control-Allow-Origin: *\r\nAge: 1\r\n";

    private final TestOrigin origin = TestOrigin.start(Script.echo());
    private final TestPlane plane = TestPlane.start(TestPlane.to(TestPlane.upstream(origin.uri())));

    @AfterEach
    void stop() {
        plane.close();
        origin.close();
    }

    private static String answer(String trailers) {
        return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n" + trailers + "\r\n";
    }

    private static void areOnlyTheHarmless(Headers trailers) {
        assertThat(trailers.all())
                .extracting(field -> field.name() + "=" + field.value())
                .containsExactly("grpc-status=0", "x-checksum=a b", "grpc-message=\u00e4", "x-checksum=2");
    }

    @Test
    void passesOnThoseOfAnAnswerThatMeanNothingInAHead() {
        origin.otherwise(Script.raw(answer(TRAILERS + FORBIDDEN)));
        try (var client = plane.client()) {
            var answer = client.exchange(TE);
            assertThat(answer.text()).isEqualTo("onetwo");
            areOnlyTheHarmless(answer.trailers());
            assertThat(client.exchange(TE).status()).isEqualTo(200);
        }
        assertThat(origin.connections()).isEqualTo(1);
    }

    @Test
    void tellsTheTargetWhetherTheClientTakesThem() throws InterruptedException {
        try (var client = plane.client()) {
            client.exchange(TE);
            var first = origin.take();
            assertThat(first.header("te")).isEqualTo("trailers");
            assertThat(first.header("connection")).isEqualTo("te");
            client.exchange("GET / HTTP/1.1\r\nHost: a\r\nTE: gzip\r\n\r\n");
            assertThat(origin.take().headers().has("te")).isFalse();
        }
    }

    @Test
    void dropsThoseOfAnAnswerWhereTheClientTakesNone() {
        origin.otherwise(Script.raw(answer(TRAILERS)));
        try (var client = plane.client()) {
            var answer = client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(answer.text()).isEqualTo("onetwo");
            assertThat(answer.trailers().all()).isEmpty();
            client.send("GET / HTTP/1.0\r\nTE: trailers\r\n\r\n");
            assertThat(new String(client.readToEnd(), StandardCharsets.ISO_8859_1))
                    .endsWith("\r\n\r\nonetwo");
        }
    }

    @Test
    void dropsThoseOfARequest() throws InterruptedException {
        try (var client = plane.client()) {
            assertThat(client.exchange(CHUNKED_POST + "5\r\nhello\r\n0\r\n" + TRAILERS + "X-User: root\r\n\r\n")
                            .text())
                    .isEqualTo("hello");
        }
        assertThat(origin.take().trailers().all()).isEmpty();
    }

    @Test
    void refusesAnswersWithTrailersBeyondTheHeadsLimits() {
        for (var bad :
                List.of("X: y\r\n".repeat(201), "X: " + "y".repeat(65 << 10) + "\r\n", "X : y\r\n", "X: \0\r\n")) {
            origin.next(Script.raw(answer(bad)));
            try (var client = plane.client()) {
                client.send(TE);
                assertThat(new String(client.readToEnd(), StandardCharsets.ISO_8859_1))
                        .as(bad)
                        .doesNotContain("0\r\n\r\n");
            }
        }
    }

    @Test
    void readsThemHoweverTheyArePutIntoPackets() throws InterruptedException {
        var random = new Random(11);
        var request = CHUNKED_POST.replace("Host: a", "Host: a\r\nTE: trailers") + "5;x=y\r\nhello\r\n1\r\n!\r\n0\r\n"
                + TRAILERS + "\r\n";
        for (int round = 0; round < 60; round++) {
            var pieces = split(answer(TRAILERS), random);
            origin.next((asked, wire) -> {
                for (var piece : pieces) {
                    wire.send(piece);
                }
            });
            try (var client = plane.client()) {
                for (var piece : split(request, random)) {
                    client.send(piece);
                }
                var answer = client.read();
                assertThat(answer.text()).isEqualTo("onetwo");
                areOnlyTheHarmless(answer.trailers());
            }
            var seen = origin.take();
            assertThat(seen.text()).isEqualTo("hello!");
            assertThat(seen.trailers().all()).isEmpty();
        }
    }

    private static List<String> split(String text, Random random) {
        var pieces = new java.util.ArrayList<String>();
        for (int at = 0; at < text.length(); ) {
            int end = Math.min(text.length(), at + 1 + random.nextInt(random.nextBoolean() ? 4 : 60));
            pieces.add(text.substring(at, end));
            at = end;
        }
        return pieces;
    }

    @Test
    void doesNotWaitForTrailersOfAnAnswerWithoutABody() {
        origin.otherwise(Script.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
        try (var client = plane.client().timeout(Duration.ofSeconds(3))) {
            client.send(TE.replace("GET", "HEAD"));
            assertThat(client.readHead().status()).isEqualTo(200);
            client.send(TE.replace("GET", "HEAD"));
            assertThat(client.readHead().status()).isEqualTo(200);
        }
    }
}
