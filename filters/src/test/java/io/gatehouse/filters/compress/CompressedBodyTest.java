package io.gatehouse.filters.compress;

import static io.gatehouse.filters.compress.CompressPlane.GET;
import static io.gatehouse.filters.compress.CompressPlane.TEXT;
import static io.gatehouse.filters.compress.CompressPlane.staysAsItIs;
import static io.gatehouse.filters.compress.CompressPlane.text;
import static io.gatehouse.filters.compress.CompressPlane.unzipped;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.proxy.filter.BodyTransform;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.Outcome;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.ResponseHead;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.testkit.BlockingCheck;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.RawClient;
import io.gatehouse.testkit.Script;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Sinks;

@ExtendWith({LeakCheck.class, BlockingCheck.class})
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class CompressedBodyTest {
    private final CompressPlane compressed = new CompressPlane();

    @AfterEach
    void stop() {
        compressed.close();
    }

    @Test
    void takesTurnsWithAnswersThatWaitAndPassesMoreThanAllowedAsTheyAre() throws Exception {
        compressed.compress(false);
        var gate = new CompletableFuture<Void>();
        compressed.plane.origin.at("/slow", (request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
            gate.join();
            wire.send("0\r\n\r\n");
        });
        compressed.plane.origin.otherwise(text(""));
        try (var client = compressed.plane.client()) {
            client.send("GET /slow HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
            assertThat(client.readHead().header("content-encoding")).isEqualTo("gzip");

            staysAsItIs(compressed.ask("Accept-Encoding: gzip"));
            assertThat(compressed.meters.get("busy").counter().count()).isEqualTo(1);

            gate.complete(null);
            assertThat(compressed.outcome().status()).isEqualTo(200);
            assertThat(unzipped(compressed.ask("Accept-Encoding: gzip"))).isEqualTo(TEXT);
        }
    }

    @Test
    void sendsEachEventWhenItComes() throws Exception {
        compressed.compress(false, "text/event-stream");
        var goOn = new LinkedBlockingQueue<String>();
        compressed.plane.origin.otherwise((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
            for (var event = goOn.take(); !event.isEmpty(); event = goOn.take()) {
                wire.send(event);
            }
            wire.close();
        });
        try (var client = compressed.plane.client()) {
            client.send("GET / HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n");
            assertThat(client.readHead().header("content-encoding")).isEqualTo("gzip");
            assertThat(client.readBytes(10)).startsWith(0x1f, 0x8b);
            var inflater = new Inflater(true);
            for (var event : List.of("data: one\n\n", "data: two\n\n")) {
                goOn.add(event);
                assertThat(inflated(client, inflater, event.length())).isEqualTo(event);
            }
            inflater.end();
            goOn.add("");
            assertThat(client.readToEnd()).isNotEmpty();
        }
    }

    /** Reads byte by byte, so that nothing but what was sent for this event can make it whole. */
    private static String inflated(RawClient client, Inflater inflater, int length) throws Exception {
        var out = new ByteArrayOutputStream();
        var room = new byte[length];
        while (out.size() < length) {
            inflater.setInput(client.readBytes(1));
            out.write(room, 0, inflater.inflate(room));
        }
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void compressesWhatTheGatewayStreams() throws Exception {
        compressed.compress(false);
        var sink = Sinks.many().unicast().<ByteBuf>onBackpressureBuffer();
        compressed.plane.with(
                Phase.INJECT, exchange -> new Verdict.Answer(LocalResponse.stream(200, "text/plain", sink.asFlux())));
        try (var client = compressed.plane.client()) {
            client.send(GET);
            sink.tryEmitNext(Unpooled.copiedBuffer("one ", StandardCharsets.US_ASCII));
            sink.tryEmitNext(Unpooled.copiedBuffer("two", StandardCharsets.US_ASCII));
            sink.tryEmitComplete();
            assertThat(unzipped(client.read())).isEqualTo("one two");
        }
        assertThat(compressed.outcome().code()).isEqualTo("answered");
    }

    @Test
    void keepsLargeBodiesWholeWhateverTheirPieces() {
        compressed.compress(false);
        var random = new Random(7);
        for (int round = 0; round < 8; round++) {
            var body = new StringBuilder();
            int size = 1 + random.nextInt(600_000);
            while (body.length() < size) {
                body.append(random.nextInt(3) == 0 ? TEXT : Long.toHexString(random.nextLong()));
            }
            var content = body.toString();
            int cut = random.nextInt(content.length());
            compressed.plane.origin.otherwise((request, wire) -> {
                wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
                for (var chunk : List.of(content.substring(0, cut), content.substring(cut))) {
                    if (!chunk.isEmpty()) {
                        wire.send(Integer.toHexString(chunk.length()) + "\r\n" + chunk + "\r\n");
                    }
                }
                wire.send("0\r\n\r\n");
            });
            assertThat(unzipped(compressed.ask("Accept-Encoding: gzip"))).isEqualTo(content);
        }
    }

    @Test
    void breaksOffWhereTheTargetDoes() throws Exception {
        compressed.compress(false);
        compressed.plane.origin.otherwise(Script.rawThenClose(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9999\r\n\r\n" + TEXT));
        try (var client = compressed.plane.client()) {
            client.send(GET);
            assertThat(client.readHead().header("content-encoding")).isEqualTo("gzip");
            assertThat(new String(client.readToEnd(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("\r\n0\r\n\r\n");
        }
        assertThat(compressed.outcome().cause()).isEqualTo(Outcome.Cause.FAILED);
    }

    @Test
    void givesBackWhatAClientThatLeavesHadBorrowed() throws Exception {
        compressed.compress(false);
        compressed.plane.origin.otherwise(Script.stallAfter(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9999\r\n\r\n" + TEXT));
        try (var client = compressed.plane.client()) {
            client.send(GET);
            client.readHead();
            client.reset();
        }
        assertThat(compressed.outcome().cause()).isEqualTo(Outcome.Cause.CANCELLED);
    }

    @Test
    void givesBackWhatItBorrowedWhereAnotherFilterFails() throws Exception {
        compressed.plane.with(Phase.EDGE, new Filter() {
            @Override
            public Verdict onRequest(Exchange exchange) {
                return Verdict.NEXT;
            }

            @Override
            public void onResponse(Exchange exchange, ResponseHead head) {
                if (head.fromTarget()) {
                    throw new IllegalStateException("on purpose");
                }
            }
        });
        compressed.compress(false);
        compressed.plane.origin.otherwise(text(""));

        var answer = compressed.ask("Accept-Encoding: gzip");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text()).contains("filter_failed");
        assertThat(compressed.outcome().code()).isEqualTo("filter_failed");
    }

    @Test
    void whatFiltersMakeOfABodyPassesTheCompressorLast() {
        compressed.compress(false);
        compressed.plane.with(Phase.INJECT, transforming(() -> new Shouting(false)));
        compressed.plane.origin.otherwise(text(""));

        assertThat(unzipped(compressed.ask("Accept-Encoding: gzip"))).isEqualTo(TEXT.toUpperCase(Locale.ROOT) + "!");
    }

    @Test
    void anAnswerThatAFilterFailsOnBreaksOff() throws Exception {
        compressed.compress(false);
        compressed.plane.with(Phase.INJECT, transforming(() -> new Shouting(true)));
        compressed.plane.origin.otherwise(text(""));
        try (var client = compressed.plane.client()) {
            client.send(GET);
            assertThat(new String(client.readToEnd(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("\r\n0\r\n\r\n");
        }
        assertThat(compressed.outcome().code()).isEqualTo("filter_failed");
    }

    private static Filter transforming(Supplier<BodyTransform> transform) {
        return new Filter() {
            @Override
            public Verdict onRequest(Exchange exchange) {
                return Verdict.NEXT;
            }

            @Override
            public void onResponse(Exchange exchange, ResponseHead head) {
                head.transformBody(transform.get());
            }
        };
    }

    /** Upper case, and an exclamation mark at the end. */
    private record Shouting(boolean fails) implements BodyTransform {
        @Override
        public ByteBuf piece(ByteBuf piece) {
            var text = piece.toString(StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT);
            piece.release();
            if (fails) {
                throw new IllegalStateException("on purpose");
            }
            return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
        }

        @Override
        public ByteBuf flush() {
            return Unpooled.EMPTY_BUFFER;
        }

        @Override
        public ByteBuf end() {
            return Unpooled.copiedBuffer("!", StandardCharsets.ISO_8859_1);
        }

        @Override
        public void close() {}
    }
}
