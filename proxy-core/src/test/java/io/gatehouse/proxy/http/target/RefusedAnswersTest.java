package io.gatehouse.proxy.http.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a target may not answer, byte by byte. */
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
public class RefusedAnswersTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    /** What would be the answer to the next request, if the first one were read otherwise. */
    private static final String PLANTED = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nplanted";

    private final TestOrigin origin = TestOrigin.start();
    private final TestPlane plane = TestPlane.start(TestPlane.to(TestPlane.upstream(origin.uri())));

    @AfterAll
    void stop() {
        plane.close();
        origin.close();
    }

    record Bad(String name, String bytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Bad headers(String name, String headers) {
        return new Bad(name, "HTTP/1.1 200 OK\r\n" + headers + "\r\n" + PLANTED);
    }

    private static Bad line(String name, String line) {
        return new Bad(name, line + "\r\nContent-Length: 0\r\n\r\n" + PLANTED);
    }

    public static Stream<Bad> heads() {
        return Stream.of(
                headers("both lengths", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
                headers("two lengths", "Content-Length: 5\r\nContent-Length: 5\r\n"),
                headers("two different lengths", "Content-Length: 5\r\nContent-Length: 6\r\n"),
                headers("list of lengths", "Content-Length: 5, 5\r\n"),
                headers("negative length", "Content-Length: -1\r\n"),
                headers("length with a sign", "Content-Length: +5\r\n"),
                headers("length in words", "Content-Length: five\r\n"),
                headers("huge length", "Content-Length: 99999999999999999999\r\n"),
                headers("other coding", "Transfer-Encoding: gzip\r\n"),
                headers("coding before chunked", "Transfer-Encoding: gzip, chunked\r\n"),
                headers("chunked twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
                new Bad(
                        "chunked in HTTP/1.0",
                        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + PLANTED),
                headers("space before colon", "X-A : b\r\n"),
                headers("folded line", "X-A: b\r\n c\r\n"),
                headers("bare LF", "X-A: b\nX-B: c\r\n"),
                headers("bare CR", "X-A: b\rX-B: c\r\n"),
                headers("NUL in a value", "X-A: b\0\r\n"),
                headers("control character in a value", "X-A: b\u0007\r\n"),
                headers("DEL in a value", "X-A: b\u007f\r\n"),
                headers("control character in a name", "X-\u0001A: b\r\n"),
                headers("space in a name", "X A: b\r\n"),
                headers("no colon", "X-A\r\n"),
                headers("empty name", ": b\r\n"),
                headers("large head", "X-A: " + "b".repeat(80_000) + "\r\n"),
                headers("many headers", "X-A: b\r\n".repeat(201)),
                headers("many options", "Connection: b" + ",b".repeat(32) + "\r\n"),
                line("no version", "200 OK"),
                line("other protocol", "ICY 200 OK"),
                line("HTTP/2.0", "HTTP/2.0 200 OK"),
                line("HTTP/0.9", "HTTP/0.9 200 OK"),
                line("status of two digits", "HTTP/1.1 20 OK"),
                line("status of four digits", "HTTP/1.1 2000 OK"),
                line("status below 100", "HTTP/1.1 099 OK"),
                line("status with a sign", "HTTP/1.1 +20 OK"),
                line("control character in the reason", "HTTP/1.1 200 O\u0001K"),
                line("bare CR in the reason", "HTTP/1.1 200 O\rK"),
                line("long reason", "HTTP/1.1 200 " + "x".repeat(9000)),
                new Bad("leading empty lines", "\r\n\r\n" + PLANTED),
                new Bad("no head at all", "hello, world\r\n\r\n"),
                new Bad("upgrade that nobody asked for", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n" + PLANTED),
                new Bad("17 interim answers", "HTTP/1.1 103 Early\r\n\r\n".repeat(17) + PLANTED));
    }

    @ParameterizedTest
    @MethodSource("heads")
    void refusesHead(Bad bad) {
        origin.next(Script.stallAfter(bad.bytes()));
        try (var client = plane.client()) {
            var answer = client.exchange(GET);
            while (answer.status() == 103) {
                answer = client.read();
            }
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.text())
                    .contains("\"code\":\"upstream_malformed\"")
                    .doesNotContain("planted");
            // and nothing of it is left for whoever comes next
            assertThat(client.exchange(GET).text()).isEqualTo("hello");
        }
    }

    private static Bad chunks(String name, String chunks) {
        return new Bad(name, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n" + chunks + PLANTED);
    }

    public static Stream<Bad> bodies() {
        return Stream.of(
                chunks("chunk size with a sign", "+3\r\nllo\r\n0\r\n\r\n"),
                chunks("chunk size with a prefix", "0x3\r\nllo\r\n0\r\n\r\n"),
                chunks("huge chunk size", "fffffffff\r\nllo\r\n0\r\n\r\n"),
                chunks("chunk line with bare LF", "3\nllo\r\n0\r\n\r\n"),
                chunks("chunk longer than it says", "3\r\nllooo\r\n0\r\n\r\n"),
                chunks("control character in chunk extension", "3;\u0001\r\nllo\r\n0\r\n\r\n"),
                chunks("long chunk extension", "3;" + "x".repeat(600) + "\r\nllo\r\n0\r\n\r\n"),
                chunks("folded trailer", "0\r\nA: b\r\n c\r\n\r\n"));
    }

    /** The head has been sent by then, so all that can be done is to end the connection where the body is not whole. */
    @ParameterizedTest
    @MethodSource("bodies")
    void breaksOffAt(Bad bad) {
        origin.next(Script.stallAfter(bad.bytes()));
        try (var client = plane.client()) {
            var seen = new String(client.send(GET).readToEnd(), StandardCharsets.ISO_8859_1);
            assertThat(seen).doesNotContain("planted").doesNotEndWith("0\r\n\r\n");
        }
        try (var client = plane.client()) {
            assertThat(client.exchange(GET).text()).isEqualTo("hello");
        }
    }

    @Test
    void dropsWhatOnlyTheGatewayMaySay() {
        var ours = List.of("Gatehouse-Approval", "X-Gatehouse-Page-Key", "gatehouse-x", "x.gatehouse-x", "GATEHOUSE_x");
        origin.next(Script.raw("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Auth-Token: t\r\nGatehouses: 1\r\n"
                + String.join(": forged\r\n", ours) + ": forged\r\n\r\n"));
        try (var client = plane.client()) {
            var headers = client.exchange(GET).headers();
            assertThat(ours).noneMatch(headers::has);
            assertThat(headers.first("x-auth-token")).isEqualTo("t");
            assertThat(headers.first("gatehouses")).isEqualTo("1");
        }
    }

    @Test
    void keepsWhatTheGatewaySaysItself() {
        Filter answering = exchange -> {
            var answer = LocalResponse.of(200);
            answer.headers().set("gatehouse-approval", "apr_1");
            return answer.answer();
        };
        try (var own = TestPlane.start(TestPlane.guarded(TestPlane.upstream(origin.uri()), null, answering));
                var client = own.client()) {
            assertThat(client.exchange(GET).header("gatehouse-approval")).isEqualTo("apr_1");
        }
    }

    @Test
    void neverServesABodyThatAnAnswerMayNotHave() {
        for (var status : new String[] {"204 No Content", "205 Reset Content", "304 Not Modified"}) {
            origin.next(Script.raw("HTTP/1.1 " + status + "\r\n\r\n" + PLANTED));
            try (var client = plane.client()) {
                assertThat(client.exchange(GET).status()).isIn(204, 205, 304);
                assertThat(client.exchange(GET).text()).isEqualTo("hello");
            }
        }
    }

    /** The body may come late, when another request has been sent. */
    @Test
    void asksNothingMoreOfATargetThatAnnouncesABodyWhereNoneMayBe() {
        int before = origin.connections();
        for (var head : new String[] {
            "204 No Content\r\nContent-Length: " + PLANTED.length(),
            "204 No Content\r\nTransfer-Encoding: chunked",
            "205 Reset Content\r\nContent-Length: " + PLANTED.length(),
            "205 Reset Content\r\nTransfer-Encoding: chunked",
            "205 Reset Content"
        }) {
            origin.next(Script.raw("HTTP/1.1 " + head + "\r\n\r\n"));
            try (var client = plane.client()) {
                var answer = client.send(GET).readHead();
                assertThat(answer.status()).isIn(204, 205);
                assertThat(answer.header("transfer-encoding")).isNull();
                assertThat(answer.header("content-length")).isEqualTo(answer.status() == 204 ? null : "0");
                assertThat(client.exchange(GET).text()).isEqualTo("hello");
            }
        }
        assertThat(origin.connections()).isGreaterThanOrEqualTo(before + 5);
        for (var method : List.of("HEAD", "GET")) {
            int present = origin.connections();
            origin.next(Script.raw("HTTP/1.1 " + (method.equals("GET") ? "304 Not Modified" : "200 OK")
                    + "\r\nContent-Length: 12\r\n\r\n"));
            try (var client = plane.client()) {
                client.send(GET.replace("GET", method)).readHead();
                assertThat(client.exchange(GET).text()).isEqualTo("hello");
            }
            assertThat(origin.connections()).as(method).isGreaterThan(present);
        }
        origin.next(Script.raw("HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n"));
        int present = origin.connections();
        try (var client = plane.client()) {
            assertThat(client.exchange(GET).status()).isEqualTo(205);
            assertThat(client.exchange(GET).text()).isEqualTo("hello");
        }
        assertThat(origin.connections()).isEqualTo(present);
    }
}
