package io.gatehouse.proxy.http.client;

import static io.gatehouse.proxy.http.client.FrameClient.DATA;
import static io.gatehouse.proxy.http.client.FrameClient.END_HEADERS;
import static io.gatehouse.proxy.http.client.FrameClient.END_STREAM;
import static io.gatehouse.proxy.http.client.FrameClient.GOAWAY;
import static io.gatehouse.proxy.http.client.FrameClient.HEADERS;
import static io.gatehouse.proxy.http.client.FrameClient.NO_ERROR;
import static io.gatehouse.proxy.http.client.FrameClient.PRIORITY;
import static io.gatehouse.proxy.http.client.FrameClient.block;
import static io.gatehouse.proxy.http.client.FrameClient.encoded;
import static io.gatehouse.proxy.http.client.FrameClient.request;

import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.proxy.http.client.Calibration.Fate;
import io.gatehouse.proxy.http.client.Calibration.Row;
import io.gatehouse.proxy.http.client.Http2RefusalTest.Case;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same frames, sent to nginx, to HAProxy and to us: nothing that one of them refuses may pass here. */
@Tag("real")
final class Http2CalibrationTest {
    private static final Duration PATIENCE = Duration.ofMillis(500);

    /** What a peer refuses and we serve, and why. */
    private static final Map<String, String> SERVED_ALL_THE_SAME = Map.of(
            "trailers behind a body",
            "a request may have trailers (RFC 9113, 8.1); nginx knows none, and here nobody but gRPC is sent them",
            "host of the same authority",
            "`host` may stand beside `:authority` where it says the same (RFC 9113, 8.3.1)");

    @TempDir
    private Path folder;

    private record Peers(int ours, int nginx, int haproxy) {
        Row row(Case sent, boolean refusable, BiFunction<Integer, Case, Fate> fate) {
            return new Row(
                    sent.name(), refusable, fate.apply(ours, sent), fate.apply(nginx, sent), fate.apply(haproxy, sent));
        }
    }

    private static Case clear(String name, byte[]... frames) {
        var out = new ByteArrayOutputStream();
        for (var frame : frames) {
            out.writeBytes(frame);
        }
        return new Case(name, 200, out.toByteArray());
    }

    private static byte[] head(boolean last, String... fields) {
        return encoded(HEADERS, END_HEADERS | (last ? END_STREAM : 0), 1, block(fields));
    }

    private static byte[] body(String text, boolean last) {
        return encoded(DATA, last ? END_STREAM : 0, 1, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** What is served, though some of it looks odd. */
    private static Stream<Case> clear() {
        return Stream.of(
                clear("get", head(true, request("GET", "/"))),
                clear("query and escapes", head(true, request("GET", "/a%20b?c=%2f&d"))),
                clear("host of the same authority", head(true, request("GET", "/", "host", "a.example"))),
                clear("te of trailers", head(true, request("GET", "/", "te", "trailers"))),
                clear("cookie in crumbs", head(true, request("GET", "/", "cookie", "a=1", "cookie", "b=2"))),
                clear("empty value", head(true, request("GET", "/", "x-a", ""))),
                clear("body with a length", head(false, request("POST", "/", "content-length", "2")), body("ab", true)),
                clear("body without a length", head(false, request("POST", "/")), body("a", false), body("b", true)),
                clear("body that is empty", head(false, request("POST", "/")), body("", true)),
                clear(
                        "trailers behind a body",
                        head(false, request("POST", "/")),
                        body("a", false),
                        head(true, "x-checksum", "1")),
                clear(
                        "priority before",
                        encoded(PRIORITY, 0, 1, new byte[] {0, 0, 0, 0, 15}),
                        head(true, request("GET", "/"))),
                clear("frame of an unknown kind", encoded(99, 0, 0, (byte) 1), head(true, request("GET", "/"))));
    }

    /** What became of the first stream. */
    private static Fate ofStream(int port, Case sent) {
        return fate(port, sent, client -> {
            var answer = client.soFar(1);
            if (answer.reset >= 0 && !(answer.ended && answer.reset == NO_ERROR)) {
                return Fate.REFUSED;
            }
            return answer.ended ? answer.status() >= 400 ? Fate.REFUSED : Fate.PASSES : Fate.WAITS;
        });
    }

    /** What became of it in the end: a peer that fails now and then has not refused it. */
    private static Fate ofClear(int port, Case sent) {
        return Stream.generate(() -> ofStream(port, sent))
                .limit(3)
                .filter(fate -> fate == Fate.PASSES)
                .findFirst()
                .orElse(Fate.REFUSED);
    }

    /** What became of the connection. */
    private static Fate ofConnection(int port, Case sent) {
        return fate(port, sent, client -> Fate.WAITS);
    }

    private interface Look {
        Fate at(FrameClient client);
    }

    private static Fate fate(int port, Case sent, Look look) {
        try (var client = FrameClient.connect(port).patience(PATIENCE)) {
            client.bytes(sent.frames());
            while (true) {
                var frame = client.next();
                if (frame == null || (frame.type() == GOAWAY && frame.code() != NO_ERROR)) {
                    return Fate.REFUSED;
                }
                var fate = look.at(client);
                if (fate != Fate.WAITS) {
                    return fate;
                }
            }
        } catch (UncheckedIOException ended) {
            return Fate.REFUSED; // while it was being sent
        } catch (IllegalStateException failure) {
            if (failure.getCause() instanceof SocketTimeoutException) {
                return Fate.WAITS;
            }
            throw failure;
        }
    }

    @Test
    void isStricterThanNginxAndHaproxy() throws IOException {
        var rows = new ArrayList<Row>();
        try (var origin = TestOrigin.start(Script.echo());
                var plane = TestPlane.start(
                        TestPlane.limits(1 << 20, Duration.ofSeconds(5), Duration.ofSeconds(5), 1000),
                        TestPlane.to(TestPlane.upstream(origin.uri())));
                var nginx = PeerProxy.nginx(folder, origin.port());
                var haproxy = PeerProxy.haproxy(folder, origin.port())) {
            origin.at("/stall", Script.stallAfter(""));
            var peers = new Peers(plane.port(), nginx.http2Port(), haproxy.http2Port());
            Stream.concat(Http2RefusalTest.malformed(), Http2RefusalTest.answered())
                    .forEach(sent -> rows.add(peers.row(sent, true, Http2CalibrationTest::ofStream)));
            Http2RefusalTest.fatal()
                    .forEach(sent -> rows.add(peers.row(sent, true, Http2CalibrationTest::ofConnection)));
            clear().forEach(sent -> rows.add(peers.row(sent, false, Http2CalibrationTest::ofClear)));
        }
        new Calibration("refusals over HTTP/2", List.copyOf(rows), SERVED_ALL_THE_SAME).judge();
    }
}
