package io.gatehouse.filters.compress;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.config.Size;
import io.gatehouse.filters.EdgePlane;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Outcome;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.testkit.RawResponse;
import io.gatehouse.testkit.Script;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;

/** A plane with one compressor, which must have come back when the test ends. */
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
final class CompressPlane implements AutoCloseable {
    static final String TEXT = "All human beings are born free and equal in dignity and rights. ".repeat(100);
    static final String GET = "GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n";

    final EdgePlane plane = EdgePlane.on("/**");
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Deflaters deflaters = new Deflaters(1, 1);
    private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();

    @Override
    public void close() {
        plane.close();
        assertThat(deflaters.lent()).isZero();
        deflaters.close();
    }

    void compress(boolean credentials, String... types) {
        var config = new CompressConfig(List.of(types), new Size(1024), 1, 1, credentials);
        var busy = meters.counter("busy");
        plane.with(Phase.EDGE, new CompressFilter(config, deflaters, busy)).with(Phase.EDGE, new Filter() {
            @Override
            public Verdict onRequest(Exchange exchange) {
                return Verdict.NEXT;
            }

            @Override
            public void onEnd(Exchange exchange, Outcome outcome) {
                outcomes.add(outcome);
            }
        });
    }

    Outcome outcome() throws InterruptedException {
        var outcome = outcomes.poll(5, TimeUnit.SECONDS);
        assertThat(outcome).isNotNull();
        return outcome;
    }

    static Script text(String headers) {
        return Script.raw("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n" + headers
                + "Content-Length: " + TEXT.length() + "\r\n\r\n" + TEXT);
    }

    RawResponse ask(String... headers) {
        return plane.ask("GET", "/", headers);
    }

    static String unzipped(RawResponse answer) {
        assertThat(answer.header("content-encoding")).isEqualTo("gzip");
        return unzipped(answer.body());
    }

    static String unzipped(byte[] bytes) {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static void staysAsItIs(RawResponse answer) {
        assertThat(answer.header("content-encoding")).isNull();
        assertThat(answer.text()).isEqualTo(TEXT);
    }
}
