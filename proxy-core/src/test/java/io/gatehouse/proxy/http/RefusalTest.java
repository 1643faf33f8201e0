package io.gatehouse.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.RawClient;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
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

    record Refused(String name, int status, String bytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Refused bad(String name, String bytes) {
        return new Refused(name, 400, bytes);
    }

    private static String get(String headers) {
        return "GET / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
    }

    private static String post(String headers, String body) {
        return "POST / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body;
    }

    static Stream<Refused> refused() {
        return Stream.of(
                bad("both lengths", post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
                bad(
                        "both lengths, other order",
                        post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n")),
                bad("two lengths", post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc")),
                bad("two different lengths", post("Content-Length: 3\r\nContent-Length: 4\r\n", "abc")),
                bad("list of lengths", post("Content-Length: 3, 3\r\n", "abc")),
                bad("length with sign", post("Content-Length: +3\r\n", "abc")),
                bad("negative length", post("Content-Length: -3\r\n", "abc")),
                bad("hexadecimal length", post("Content-Length: 0x3\r\n", "abc")),
                bad("empty length", post("Content-Length:\r\n", "")),
                bad("huge length", post("Content-Length: 99999999999999999999\r\n", "")),
                bad("length with a space", post("Content-Length: 1 2\r\n", "abc")),
                bad("identity coding", post("Transfer-Encoding: identity\r\n", "")),
                bad("chunked not last", post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n")),
                bad("chunked twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
                bad("coding before chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")),
                bad("vertical tab before chunked", post("Transfer-Encoding: \u000bchunked\r\n", "0\r\n\r\n")),
                bad("quoted chunked", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n")),
                bad("chunked in HTTP/1.0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                bad("space before colon", get("Transfer-Encoding : chunked\r\n")),
                bad("tab before colon", get("X-A\t: b\r\n")),
                bad("folded line", get("X-A: b\r\n c\r\n")),
                bad("folded first line", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
                bad("bare LF in a header", get("X-A: b\nX-B: c\r\n")),
                bad("bare LF everywhere", "GET / HTTP/1.1\nHost: a\n\n"),
                bad("bare CR in a value", get("X-A: b\rX-B: c\r\n")),
                bad("NUL in a value", get("X-A: b\0c\r\n")),
                bad("control character in a value", get("X-A: b\u0007\r\n")),
                bad("DEL in a value", get("X-A: b\u007f\r\n")),
                bad("NUL in a name", get("X-\0A: b\r\n")),
                bad("space in a name", get("X A: b\r\n")),
                bad("no colon", get("X-A\r\n")),
                bad("empty name", get(": b\r\n")),
                bad("non-ASCII name", get("X-\u00e4: b\r\n")),
                bad("underscore in a name", get("Content_Length: 3\r\n")),
                bad("no host", "GET / HTTP/1.1\r\n\r\n"),
                bad("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
                bad("empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
                bad("host with path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
                bad("host with user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
                bad("host list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
                bad("host with bad port", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"),
                bad("unclosed bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
                bad("absolute form of another host", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("asterisk form", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("authority form", "GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("backslash", "GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("control in target", "GET /a\u0001 HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("non-ASCII target", "GET /\u00e4 HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("tab separator", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("trailing space", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
                bad("no version", "GET /\r\nHost: a\r\n\r\n"),
                bad("lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n"),
                bad("odd version", "GET / HTTP/1.1a\r\nHost: a\r\n\r\n"),
                bad("method with a slash", "GE/T / HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("leading empty lines", "\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("escaped slash", "GET /a%2fb HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("escaped backslash", "GET /a%5cb HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("escaped NUL", "GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("broken escape", "GET /a%2 HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("leaves the root", "GET /../a HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("leaves the root, escaped", "GET /a/%2e%2e/%2E./b HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("parameters on dots", "GET /a/..;x/b HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("chunk size with sign", chunks("+5\r\nhello\r\n0\r\n\r\n")),
                bad("chunk size with prefix", chunks("0x5\r\nhello\r\n0\r\n\r\n")),
                bad("chunk size with space", chunks("5 \r\nhello\r\n0\r\n\r\n")),
                bad("huge chunk size", chunks("fffffffff\r\nhello\r\n0\r\n\r\n")),
                bad("chunk line with bare LF", chunks("5\nhello\r\n0\r\n\r\n")),
                bad("chunk longer than it says", chunks("5\r\nhello!\r\n0\r\n\r\n")),
                bad("long chunk extension", chunks("5;" + "x".repeat(600) + "\r\nhello\r\n0\r\n\r\n")),
                bad("control in chunk extension", chunks("5;\u0001\r\nhello\r\n0\r\n\r\n")),
                bad("bare CR in chunk extension", chunks("5;a\rb\r\nhello\r\n0\r\n\r\n")),
                bad("folded trailer", chunks("0\r\nA: b\r\n c\r\n\r\n")),
                bad("underscore in trailer", chunks("0\r\nA_b: c\r\n\r\n")),
                bad("many trailers", chunks("0\r\n" + "A: b\r\n".repeat(101) + "\r\n")),
                bad("long trailers", chunks("0\r\nA: " + "b".repeat(33 << 10) + "\r\n\r\n")),
                new Refused("CONNECT", 405, "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n"),
                new Refused("TRACE", 405, "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"),
                new Refused("HTTP/2.0", 505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
                new Refused("HTTP/1.2", 505, "GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
                new Refused("other expectation", 417, get("Expect: 200-ok\r\n")),
                new Refused("long line", 414, "GET /" + "a".repeat(9000) + " HTTP/1.1\r\nHost: a\r\n\r\n"),
                new Refused("large head", 431, get(("X-A: " + "b".repeat(8000) + "\r\n").repeat(6))),
                new Refused("many headers", 431, get("X-A: b\r\n".repeat(101))),
                new Refused("announced body too large", 413, post("Content-Length: 1048577\r\n", "")),
                new Refused("chunked body too large", 413, chunks("200000\r\n" + "x".repeat(1 << 20) + "xx")));
    }

    private static String chunks(String chunks) {
        return post("Transfer-Encoding: chunked\r\n", chunks);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refuses(Refused refused) {
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

    @Test
    void takesWhatIsUnusualButClear() {
        for (var good : List.of(
                "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http://a/b HTTP/1.1\r\nHost: A\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX-A:\r\nX-B:   c  \r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX-A: \u00e4\tb\r\n\r\n",
                "PURGE / HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\ncontent-LENGTH: 0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: CHUNKED\r\n\r\n0;a=b\r\n\r\n",
                "GET /a%25b?c=%2f HTTP/1.1\r\nHost: a\r\n\r\n")) {
            try (var client = plane.client()) {
                assertThat(client.exchange(good).status()).as(good).isEqualTo(200);
            }
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
            assertThat(client.exchange(get("")).status()).isEqualTo(200);
            assertThat(client.awaitClose()).isTrue();
        }
    }

    @Test
    void takesNoMoreConnectionsThanAllowed() {
        var clients = Stream.generate(plane::client).limit(50).toList();
        try {
            for (var client : clients) {
                assertThat(client.exchange(get("")).status()).isEqualTo(200);
            }
            try (var oneMore = plane.client()) {
                assertThat(oneMore.awaitClose()).isTrue();
            }
        } finally {
            clients.forEach(RawClient::close);
        }
        org.awaitility.Awaitility.await().untilAsserted(() -> {
            try (var again = plane.client()) {
                assertThat(again.exchange(get("")).status()).isEqualTo(200);
            }
        });
    }

    @Test
    void survivesRandomBytes() {
        var random = new Random(42);
        var corpus = refused().map(Refused::bytes).toList();
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
            assertThat(client.exchange(get("")).status()).isEqualTo(200);
        }
    }
}
