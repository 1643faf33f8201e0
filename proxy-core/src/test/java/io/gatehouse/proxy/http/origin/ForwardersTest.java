package io.gatehouse.proxy.http.origin;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.testkit.BlockingCheck;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who the client is where proxies in front say so; 127.0.0.1 and 10.0.0.0/8 are trusted. */
@ExtendWith({LeakCheck.class, BlockingCheck.class})
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class ForwardersTest {
    private static final List<String> TRUSTED = List.of("127.0.0.1", "10.0.0.0/8", "2001:db8:aa::/48");

    private final TestOrigin origin = TestOrigin.start(Script.echo());
    private final TestPlane plane = TestPlane.behind(
            null,
            false,
            TRUSTED,
            TestPlane.guarded(
                    TestPlane.upstream(origin.uri()),
                    null,
                    exchange -> exchange.path().equals("/who")
                            ? LocalResponse.of(200, "text/plain", exchange.clientAddress() + " " + exchange.scheme())
                                    .answer()
                            : io.gatehouse.proxy.filter.Verdict.NEXT));

    @AfterEach
    void stop() {
        plane.close();
        origin.close();
    }

    private String who(String fields) {
        try (var client = plane.client()) {
            return client.exchange("GET /who HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n")
                    .text();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.1                            | 192.0.2.1",
                "6.6.6.6, 192.0.2.1                   | 192.0.2.1",
                "6.6.6.6, 192.0.2.1, 10.1.1.1         | 192.0.2.1",
                "192.0.2.1:4711, 10.1.1.1:80          | 192.0.2.1",
                "[2001:db8::1]:4711                   | 2001:db8::1",
                "2001:DB8:0::1                        | 2001:db8::1",
                "::ffff:192.0.2.1                     | 192.0.2.1",
                "192.0.2.7, ::ffff:10.1.1.1           | 192.0.2.7",
                "192.0.2.1, 2001:db8:aa::1            | 192.0.2.1",
                "10.2.2.2, 10.1.1.1                   | 10.2.2.2",
                "192.0.2.1, unknown, 10.1.1.1         | 10.1.1.1",
                "192.0.2.1, , 10.1.1.1                | 10.1.1.1",
                "192.0.2.1,                           | 127.0.0.1",
                "unknown                              | 127.0.0.1",
                "_hidden                              | 127.0.0.1",
                "localhost                            | 127.0.0.1",
                "192.0.2.1 10.1.1.1                   | 127.0.0.1",
                "192.0.2.256                          | 127.0.0.1",
                "192.0.2.1:x                          | 127.0.0.1",
                "192.0.2.1:123456                     | 127.0.0.1",
                "[192.0.2.1]                          | 127.0.0.1",
                "[2001:db8::1                         | 127.0.0.1",
                "fe80::1%eth0                         | 127.0.0.1",
                "\"192.0.2.1\"                        | 127.0.0.1",
            })
    void findsTheClientFromRightToLeft(String list, String client) {
        assertThat(who("X-Forwarded-For: " + list + "\r\n")).isEqualTo(client + " http");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "for=192.0.2.1                                             | 192.0.2.1   | http",
                "For=192.0.2.1;Proto=HTTPS;by=10.1.1.1                     | 192.0.2.1   | https",
                "for=6.6.6.6;proto=https, for=192.0.2.1                    | 192.0.2.1   | http",
                "for=192.0.2.1;proto=https , for=10.1.1.1;proto=http       | 192.0.2.1   | https",
                "for=\"[2001:db8::1]:4711\";host=\"a:1\"                   | 2001:db8::1 | http",
                "for=\"192.0.2.1:4711\"                                    | 192.0.2.1   | http",
                "for=192.0.2.1;proto=ftp                                   | 192.0.2.1   | http",
                // a quote that a stranger opened must not swallow what the proxy appended
                "for=\"6.6.6.6, for=192.0.2.1                              | 192.0.2.1   | http",
                "for=\"a\\\", for=192.0.2.1                                | 192.0.2.1   | http",
                "for=192.0.2.1, for=unknown                                | 127.0.0.1   | http",
                "for=192.0.2.1, for=\"_x\", for=10.1.1.1                   | 10.1.1.1    | http",
                "for=192.0.2.1;for=192.0.2.2                               | 127.0.0.1   | http",
                "for=2001:db8::1                                           | 127.0.0.1   | http",
                "for=\"2001:db8::1\"                                       | 127.0.0.1   | http",
                "for = 192.0.2.1                                           | 127.0.0.1   | http",
                "for=192.0.2.1;                                            | 127.0.0.1   | http",
                "for=\"192.0.2.1                                           | 127.0.0.1   | http",
                "by=192.0.2.1                                              | 127.0.0.1   | http",
                "192.0.2.1                                                 | 127.0.0.1   | http",
                "for=192.0.2.1;a=1;b=2;c=3;d=4;e=5;f=6;g=7                 | 192.0.2.1   | http",
                "for=192.0.2.1;a=1;b=2;c=3;d=4;e=5;f=6;g=7;h=8             | 127.0.0.1   | http",
            })
    void readsForwardedAlike(String list, String client, String scheme) {
        assertThat(who("Forwarded: " + list + "\r\n")).isEqualTo(client + " " + scheme);
    }

    @Test
    void joinsRepeatedFields() {
        assertThat(who("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 10.1.1.1\r\n"))
                .isEqualTo("192.0.2.1 http");
    }

    @Test
    void takesTheSchemeFromOneClearValueOnly() {
        assertThat(who("X-Forwarded-Proto: https\r\n")).isEqualTo("127.0.0.1 https");
        assertThat(who("X-Forwarded-Proto: HTTPS\r\nX-Forwarded-For: 192.0.2.1\r\n"))
                .isEqualTo("192.0.2.1 https");
        for (var unclear : List.of("https, http", "wss", "https\r\nX-Forwarded-Proto: https", "")) {
            assertThat(who("X-Forwarded-Proto: " + unclear + "\r\n")).isEqualTo("127.0.0.1 http");
        }
    }

    @Test
    void refusesFieldsThatNameDifferentClients() {
        assertThat(who("X-Forwarded-For: 192.0.2.1\r\nForwarded: for=192.0.2.1\r\n"))
                .isEqualTo("192.0.2.1 http");
        for (var other : List.of("for=192.0.2.2", "for=unknown", "junk")) {
            assertThat(who("X-Forwarded-For: 192.0.2.1\r\nForwarded: " + other + "\r\n"))
                    .contains("forwarding_contradicts");
        }
    }

    /** A proxy writes one family of fields and passes the other on as a stranger wrote it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Forwarded-For: 192.0.2.1 | Forwarded: for=192.0.2.1;proto=https",
                "X-Forwarded-Proto: http    | Forwarded: for=192.0.2.1;proto=https",
                "X-Forwarded-Proto: https   | Forwarded: for=192.0.2.1;proto=http",
                "X-Forwarded-Proto: https   | Forwarded: for=192.0.2.1",
            })
    void takesNoSchemeFromOneFieldAndTheClientFromAnother(String ofOne, String ofAnother) {
        assertThat(who(ofOne + "\r\n" + ofAnother + "\r\n")).contains("forwarding_contradicts");
    }

    @Test
    void refusesFieldsThatNameDifferentSchemes() {
        var listed = "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n";
        assertThat(who(listed + "Forwarded: for=192.0.2.1;proto=http\r\n")).contains("forwarding_contradicts");
        for (var agreeing : List.of("for=192.0.2.1;proto=https", "for=192.0.2.1")) {
            assertThat(who(listed + "Forwarded: " + agreeing + "\r\n")).isEqualTo("192.0.2.1 https");
        }
    }

    @Test
    void tellsTheTargetWhatItFound() throws InterruptedException {
        try (var client = plane.client()) {
            client.exchange(
                    "GET / HTTP/1.1\r\nHost: A.example:8443\r\nX-Forwarded-For: 6.6.6.6, 2001:db8::1, 10.1.1.1\r\n"
                            + "X-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\nX-Forwarded-Port: 1\r\n\r\n");
            var seen = origin.take().headers();
            assertThat(seen.values("x-forwarded-for")).containsExactly("2001:db8::1, 10.1.1.1, 127.0.0.1");
            assertThat(seen.values("x-forwarded-proto")).containsExactly("https");
            assertThat(seen.values("x-forwarded-host")).containsExactly("a.example:8443");
            assertThat(seen.values("x-forwarded-port")).containsExactly("8443");
            assertThat(seen.values("forwarded"))
                    .containsExactly(
                            "for=\"[2001:db8::1]\";host=\"a.example:8443\";proto=https, for=10.1.1.1, for=127.0.0.1");
        }
    }

    @Test
    void tellsTheTargetAnewForEachAuthorityOfAConnection() throws InterruptedException {
        try (var client = plane.client()) {
            for (var host : List.of("a.example", "a.example", "[::1]:81", "b.example")) {
                client.exchange("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
                var seen = origin.take();
                assertThat(seen.header("x-forwarded-host")).isEqualTo(host);
                assertThat(seen.header("x-forwarded-port")).isEqualTo(host.endsWith(":81") ? "81" : "80");
            }
            client.send("GET / HTTP/1.0\r\n\r\n");
            var seen = origin.take();
            assertThat(seen.headers().has("x-forwarded-host")).isFalse();
            assertThat(seen.header("forwarded")).isEqualTo("for=127.0.0.1;proto=http");
            assertThat(client.readToEnd()).isNotEmpty();
        }
    }

    @Test
    void believesNobodyByDefault() {
        try (var open = TestPlane.start(TestPlane.guarded(
                        TestPlane.upstream(origin.uri()),
                        null,
                        exchange -> LocalResponse.of(200, "text/plain", exchange.clientAddress() + exchange.scheme())
                                .answer()));
                var client = open.client()) {
            assertThat(client.exchange(
                                    "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.1\r\nForwarded: for=192.0.2.2\r\n"
                                            + "X-Forwarded-Proto: https\r\n\r\n")
                            .text())
                    .isEqualTo("127.0.0.1http");
        }
    }
}
