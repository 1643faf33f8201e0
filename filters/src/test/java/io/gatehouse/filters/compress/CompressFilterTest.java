package io.gatehouse.filters.compress;

import static io.gatehouse.filters.compress.CompressPlane.GET;
import static io.gatehouse.filters.compress.CompressPlane.TEXT;
import static io.gatehouse.filters.compress.CompressPlane.staysAsItIs;
import static io.gatehouse.filters.compress.CompressPlane.text;
import static io.gatehouse.filters.compress.CompressPlane.unzipped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.config.Size;
import io.gatehouse.proxy.filter.ClientCertificate;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.http.message.AnswerHead;
import io.gatehouse.proxy.testing.TestExchange;
import io.gatehouse.testkit.BlockingCheck;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.Script;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith({LeakCheck.class, BlockingCheck.class})
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class CompressFilterTest {
    private final CompressPlane compressed = new CompressPlane();

    @AfterEach
    void stop() {
        compressed.close();
    }

    @Test
    void compressesWhatATargetAnswers() throws InterruptedException {
        compressed.compress(false);
        compressed.plane.origin.otherwise(text("ETag: \"one\"\r\nAccept-Ranges: bytes\r\n"));

        var answer = compressed.ask("Accept-Encoding: gzip, br");

        assertThat(unzipped(answer)).isEqualTo(TEXT);
        assertThat(answer.body().length).isLessThan(TEXT.length() / 10);
        assertThat(answer.header("vary")).isEqualTo("Accept-Encoding");
        assertThat(answer.header("etag")).isEqualTo("W/\"one\"");
        assertThat(answer.header("content-length")).isNull();
        assertThat(answer.header("accept-ranges")).isNull();
        assertThat(compressed.outcome().responseBytes()).isEqualTo(answer.body().length);
    }

    @Test
    void compressesWhatTheGatewayAnswers() {
        compressed.compress(false);
        compressed.plane.with(
                Phase.INJECT,
                exchange ->
                        LocalResponse.of(200, "application/problem+json", TEXT).answer());

        assertThat(unzipped(compressed.ask("Accept-Encoding: gzip"))).isEqualTo(TEXT);
        staysAsItIs(compressed.ask());
    }

    @Test
    void saysThatTheAnswerVariesAlsoWhereItStaysAsItIs() {
        compressed.compress(false);
        compressed.plane.origin.otherwise(text("Vary: Origin\r\n"));

        var answer = compressed.ask();

        staysAsItIs(answer);
        assertThat(answer.headers().values("vary")).containsExactly("Origin", "Accept-Encoding");
        assertThat(answer.header("content-length")).isEqualTo(Integer.toString(TEXT.length()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Vary: Cookie, accept-encoding\r\n", "Vary: *\r\n"})
    void doesNotRepeatThatTheAnswerVaries(String vary) {
        compressed.compress(false);
        compressed.plane.origin.otherwise(text(vary));

        assertThat(compressed.ask("Accept-Encoding: gzip").headers().values("vary"))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Encoding: br\r\n",
                "Content-Encoding: identity\r\n",
                "Cache-Control: public, no-transform\r\n",
                "Content-Range: bytes 0-6399/6400\r\n",
                "Content-Digest: sha-256=:AA==:\r\n",
                "Repr-Digest: sha-256=:AA==:\r\n"
            })
    void leavesWhatMayNotBeChanged(String header) {
        compressed.compress(false);
        compressed.plane.origin.otherwise(text(header + "ETag: \"one\"\r\n"));

        var answer = compressed.ask("Accept-Encoding: gzip");

        assertThat(answer.text()).isEqualTo(TEXT);
        assertThat(answer.header("etag")).isEqualTo("\"one\"");
        assertThat(answer.header("content-length")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"image/png", "text", "application/grpc+json", "text/event-stream", "application/octet-stream"})
    void leavesOtherTypes(String type) {
        compressed.compress(false);
        compressed.plane.origin.otherwise(Script.of(200, type, TEXT));

        staysAsItIs(compressed.ask("Accept-Encoding: gzip"));
    }

    @Test
    void leavesPartsOfARepresentation() {
        compressed.compress(false);
        compressed.plane.origin.otherwise(Script.raw("HTTP/1.1 206 Part\r\nContent-Type: text/plain\r\nContent-Length: "
                + TEXT.length() + "\r\n\r\n" + TEXT));

        staysAsItIs(compressed.ask("Accept-Encoding: gzip"));
    }

    @Test
    void leavesAnswersWithoutContent() {
        compressed.compress(false);
        compressed.plane.origin.otherwise(Script.raw("HTTP/1.1 204 OK\r\nContent-Type: text/plain\r\n\r\n"));

        assertThat(compressed.ask("Accept-Encoding: gzip").header("content-encoding"))
                .isNull();
    }

    @Test
    void leavesWhatIsSmall() {
        compressed.compress(false);
        compressed.plane.origin.otherwise(Script.of(200, "text/plain", "x".repeat(1023)));
        assertThat(compressed.ask("Accept-Encoding: gzip").header("content-encoding"))
                .isNull();

        compressed.plane.origin.otherwise(Script.of(200, "text/plain", "x".repeat(1024)));
        assertThat(unzipped(compressed.ask("Accept-Encoding: gzip"))).hasSize(1024);
    }

    @Test
    void weakensTheTagOfWhatIsUnchanged() {
        compressed.compress(false);
        compressed.plane.origin.otherwise(Script.raw("HTTP/1.1 304 Not Modified\r\nETag: \"one\"\r\n\r\n"));

        var answer = compressed.ask("Accept-Encoding: gzip", "If-None-Match: W/\"one\"");

        assertThat(answer.status()).isEqualTo(304);
        assertThat(answer.header("etag")).isEqualTo("W/\"one\"");
        assertThat(answer.header("vary")).isEqualTo("Accept-Encoding");
    }

    @Test
    void saysToHeadWhatItWouldSayToGet() {
        compressed.compress(false);
        compressed.plane.origin.otherwise(Script.of(200, "text/plain", TEXT));
        try (var client = compressed.plane.client()) {
            client.send("HEAD / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
            var head = client.readHead();
            assertThat(head.header("content-encoding")).isEqualTo("gzip");
            assertThat(head.header("content-length")).isNull();
            assertThat(unzipped(client.exchange(GET))).isEqualTo(TEXT);
        }
    }

    @Test
    void obeysAClientThatWantsNoChange() {
        compressed.compress(false);
        compressed.plane.origin.otherwise(text(""));

        staysAsItIs(compressed.ask("Accept-Encoding: gzip", "Cache-Control: no-transform"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Cookie: session=1", "Authorization: Basic YTpi", "Authorization: Negotiate AA"})
    void compressesNothingThatABrowsersOwnCredentialsBroughtUnlessTold(String credential) {
        compressed.compress(false);
        compressed.plane.origin.otherwise(text(""));
        staysAsItIs(compressed.ask("Accept-Encoding: gzip", credential));

        compressed.compress(true);
        assertThat(unzipped(compressed.ask("Accept-Encoding: gzip", credential)))
                .isEqualTo(TEXT);
    }

    /** Browsers show it by themselves, like cookies. */
    @ParameterizedTest
    @CsvSource({"false, false, true", "true, false, false", "true, true, true"})
    void compressesNothingThatAClientsCertificateBroughtUnlessTold(boolean shown, boolean told, boolean compresses) {
        var exchange = TestExchange.of(HttpMethod.GET, "/").header("Accept-Encoding", "gzip");
        exchange.clientCertificate =
                shown ? new ClientCertificate("CN=a", List.of(), List.of(), List.of(), "00", "1") : null;
        var head = AnswerHead.of(LocalResponse.of(200, "text/plain", TEXT));
        var deflaters = new Deflaters(1, 1);
        var filter = new CompressFilter(
                new CompressConfig(List.of(), new Size(0), 1, 1, told), deflaters, compressed.meters.counter("busy"));

        filter.onRequest(exchange);
        filter.onResponse(exchange, head);

        var transform = head.takeTransform();
        assertThat(transform != null).isEqualTo(compresses);
        assertThat(head.headers().contains("content-encoding")).isEqualTo(compresses);
        assertThat(head.headers().get("vary")).isEqualTo("Accept-Encoding");
        if (transform != null) {
            transform.close();
        }
        filter.close();
    }

    @Test
    void compressesWhatATokenBrought() {
        compressed.compress(false);
        compressed.plane.origin.otherwise(text(""));

        assertThat(unzipped(compressed.ask("Accept-Encoding: gzip", "Authorization: Bearer abc")))
                .isEqualTo(TEXT);
    }

    @Test
    void goesByWhatTheClientAskedForWhateverTheTargetIsTold() {
        compressed.compress(false);
        compressed.plane.with(Phase.TRANSFORM, exchange -> {
            exchange.requestHeaders().remove("accept-encoding");
            return Verdict.NEXT;
        });
        compressed.plane.origin.otherwise(text(""));

        assertThat(unzipped(compressed.ask("Accept-Encoding: gzip"))).isEqualTo(TEXT);
        assertThat(compressed.plane.origin.requests().getFirst().header("accept-encoding"))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "Text/html", "text/html; charset=utf-8", "*/*", "text/", ""})
    void refusesWhatIsNoMediaType(String type) {
        assertThatThrownBy(() -> new CompressConfig(List.of("text/html", type), new Size(0), 1, 1, false))
                .hasMessage("types[1]: expected a lower-case media type such as `text/html`, `text/*` or `+json`, got `"
                        + type + "`");
    }

    @Test
    void refusesLevelsThatThereAreNot() {
        assertThatThrownBy(() -> new CompressConfig(List.of(), new Size(0), 10, 1, false))
                .hasMessage("level: expected 1 to 9, got `10`");
        assertThatThrownBy(() -> new CompressConfig(List.of(), new Size(0), 1, 0, false))
                .hasMessageStartingWith("concurrent: expected 1 to ");
    }
}
