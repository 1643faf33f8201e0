package io.gatehouse.proxy.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.proxy.http.TestPlane;
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

    /** What became of one request. */
    private enum Fate {
        PASSES,
        REFUSED,
        /** The peer takes the request for incomplete. */
        WAITS
    }

    private record Row(Sent sent, Fate ours, Fate nginx, Fate haproxy) {
        String text() {
            return "%-44s %-10s %-10s %-10s".formatted(sent.name(), word(ours), word(nginx), word(haproxy));
        }

        private static String word(Fate fate) {
            return fate == Fate.REFUSED ? "refuses" : fate == Fate.PASSES ? "passes" : "waits";
        }

        boolean isPeerStricter() {
            return ours != Fate.REFUSED && (nginx == Fate.REFUSED || haproxy == Fate.REFUSED);
        }
    }

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
                            sent, fate(plane::client, sent), fate(nginx::client, sent), fate(haproxy::client, sent)))
                    .toList();
        }
        print(rows);

        assertThat(rows).filteredOn(row -> row.sent().status() >= 400).allMatch(row -> row.ours() == Fate.REFUSED);
        assertThat(rows).filteredOn(row -> row.sent().status() < 400).allMatch(row -> row.ours() == Fate.PASSES);
        assertThat(rows.stream()
                        .filter(Row::isPeerStricter)
                        .map(row -> row.sent().name()))
                .containsExactlyInAnyOrderElementsOf(SERVED_ALL_THE_SAME.keySet());
    }

    private static void print(List<Row> rows) {
        var text = new StringBuilder("%-44s %-10s %-10s %-10s%n".formatted("request", "gatehouse", "nginx", "haproxy"));
        rows.forEach(row -> text.append(row.text()).append(System.lineSeparator()));
        SERVED_ALL_THE_SAME.forEach((name, why) -> text.append("served all the same: ")
                .append(name)
                .append(": ")
                .append(why)
                .append(System.lineSeparator()));
        text.append("refusals: %d requests, gatehouse refuses %d, nginx %d, haproxy %d, stricter peers %d"
                .formatted(
                        rows.size(),
                        count(rows, Row::ours),
                        count(rows, Row::nginx),
                        count(rows, Row::haproxy),
                        rows.stream().filter(Row::isPeerStricter).count() - SERVED_ALL_THE_SAME.size()));
        System.out.println(text);
    }

    private static long count(List<Row> rows, java.util.function.Function<Row, Fate> fate) {
        return rows.stream().map(fate).filter(Fate.REFUSED::equals).count();
    }
}
