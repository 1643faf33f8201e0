package io.gatehouse.proxy.http.client;

import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.proxy.http.client.Calibration.Fate;
import io.gatehouse.proxy.http.client.Calibration.Row;
import io.gatehouse.proxy.http.client.RefusalCorpus.Sent;
import io.gatehouse.testkit.RawClient;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same bytes, sent to nginx, to HAProxy and to us: nothing that one of them refuses may pass here. */
@Tag("real")
final class RefusalCalibrationTest {
    private static final Duration PATIENCE = Duration.ofMillis(500);
    /** What a peer refuses and we serve, and why. */
    private static final Map<String, String> SERVED_ALL_THE_SAME = Map.of(
            "query of absolute form",
            "a URI may have a query behind its authority (RFC 3986, 3); HAProxy takes it for a part of the authority",
            "two tokens",
            "which of them counts is for the filter to say that identifies: `api-key` refuses more than one");

    @TempDir
    private Path folder;

    private static Fate fate(Supplier<RawClient> proxy, Sent sent) {
        try (var client = proxy.get().timeout(PATIENCE)) {
            int status = client.exchange(sent.bytes()).status();
            return status >= 400 ? Fate.REFUSED : Fate.PASSES;
        } catch (UncheckedIOException broken) {
            return broken.getCause() instanceof SocketTimeoutException ? Fate.WAITS : Fate.REFUSED;
        }
    }

    @Test
    void isStricterThanNginxAndHaproxy() throws IOException {
        List<Row> rows;
        try (var origin = TestOrigin.start(Script.echo());
                var plane = TestPlane.start(
                        TestPlane.limits(1 << 20, Duration.ofSeconds(5), Duration.ofSeconds(5), 1000),
                        TestPlane.to(TestPlane.upstream(origin.uri())));
                var nginx = PeerProxy.nginx(folder, origin.port());
                var haproxy = PeerProxy.haproxy(folder, origin.port())) {
            rows = Stream.concat(RefusalCorpus.refused(), RefusalCorpus.clear())
                    .map(sent -> new Row(
                            sent.name(),
                            sent.status() >= 400,
                            fate(plane::client, sent),
                            fate(nginx::client, sent),
                            fate(haproxy::client, sent)))
                    .toList();
        }
        new Calibration("refusals", rows, SERVED_ALL_THE_SAME).judge();
    }
}
