package io.gatehouse.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TestOriginTest {
    private static final String GET = "GET /a?b=c HTTP/1.1\r\nHost: origin\r\nX-Twice: 1\r\nx-twice: 2\r\n\r\n";

    @AutoClose
    private final TestOrigin origin = TestOrigin.start();

    @AutoClose
    private final RawClient client = RawClient.connect(origin.port());

    @Test
    void answersSeveralRequestsOnOneConnectionAndRecordsThem() throws InterruptedException {
        assertThat(client.exchange(GET).text()).isEqualTo("hello");
        client.send("POST /p HTTP/1.1\r\nHost: o\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: t\r\n\r\n");
        assertThat(client.read().status()).isEqualTo(200);

        var first = origin.take();
        assertThat(first.method()).isEqualTo("GET");
        assertThat(first.target()).isEqualTo("/a?b=c");
        assertThat(first.path()).isEqualTo("/a");
        assertThat(first.headers().values("X-Twice")).containsExactly("1", "2");
        var second = origin.take();
        assertThat(second.text()).isEqualTo("abc");
        assertThat(second.trailers().first("t")).isEqualTo("t");
        assertThat(origin.calls()).isEqualTo(2);
        assertThat(origin.connections()).isEqualTo(1);
    }

    @Test
    void choosesTheNextScriptThenThePathThenTheRest() {
        origin.at("/a", Script.json("{}")).next(Script.chunked(List.of("one", "two")));
        var chunked = client.exchange(GET);
        assertThat(chunked.header("Transfer-Encoding")).isEqualTo("chunked");
        assertThat(chunked.text()).isEqualTo("onetwo");
        assertThat(client.exchange(GET).header("content-type")).isEqualTo("application/json");
    }

    @Test
    void showsAnAnswerThatBreaksOff() {
        origin.otherwise(Script.rawThenClose("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"));
        assertThat(client.send(GET).readHead().header("Content-Length")).isEqualTo("10");
        assertThat(client.readToEnd()).asString(ISO_8859_1).isEqualTo("half");
    }

    @Test
    void refusesAnswersThatBreakFraming() {
        origin.otherwise(Script.rawThenClose("HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n"));
        assertThatThrownBy(() -> client.exchange(GET))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("bare line feed");
    }

    @Test
    void stallsUntilTheClientLeaves() {
        origin.otherwise(Script.stallAfter("HTTP/1.1 200 OK\r\n"));
        client.send(GET);
        assertThat(client.readBytes(17)).asString(ISO_8859_1).isEqualTo("HTTP/1.1 200 OK\r\n");
        assertThat(client.staysSilent(Duration.ofMillis(50))).isTrue();
        assertThat(client.endOutput().awaitClose()).isTrue();
    }

    @Test
    void endsOrResetsWithoutAnAnswer() {
        origin.next(Script.close()).next(Script.reset());
        assertThat(client.send(GET).awaitClose()).isTrue();
        try (var second = RawClient.connect(origin.address())) {
            assertThat(second.send(GET).awaitClose()).isTrue();
        }
    }

    @Test
    void waitsForItsGate() {
        var gate = new CompletableFuture<Boolean>();
        origin.otherwise(Script.after(gate, Script.of(201, "text/plain", "made")));
        client.send(GET);
        assertThat(client.staysSilent(Duration.ofMillis(30))).isTrue();
        gate.complete(true);
        assertThat(client.read().status()).isEqualTo(201);
    }

    @Test
    void answersBeforeTheBodyWhereToldSo() {
        origin.otherwise(Script.early(Script.of(413, "text/plain", "too much")));
        client.send("POST / HTTP/1.1\r\nHost: o\r\nContent-Length: 1000\r\n\r\n");
        assertThat(client.read().status()).isEqualTo(413);
        assertThat(client.awaitClose()).isTrue();
    }

    @Test
    void invitesABodyThatWaitsForIt() {
        origin.otherwise(Script.echo());
        client.send("PUT / HTTP/1.1\r\nHost: o\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
        assertThat(client.read().status()).isEqualTo(100);
        assertThat(client.exchange("hi").text()).isEqualTo("hi");
    }

    @Test
    void timesOutInsteadOfWaitingForEver() {
        assertThatThrownBy(() -> client.timeout(Duration.ofMillis(20)).read())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("timed out");
    }

    @Test
    void refusesConnectionsOnceClosed() {
        client.exchange(GET);
        origin.close();
        assertThat(client.awaitClose()).isTrue();
        assertThatThrownBy(() -> RawClient.connect(origin.port())).isInstanceOf(UncheckedIOException.class);
    }
}
