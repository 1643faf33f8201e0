package io.gatehouse.filters.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gatehouse.config.ConfigLoader;
import io.gatehouse.config.Decoders;
import io.gatehouse.config.LoadResult;
import io.gatehouse.config.Percent;
import io.gatehouse.config.Size;
import io.gatehouse.config.Substitution;
import io.gatehouse.filters.Outcomes;
import io.gatehouse.filters.TestServices;
import io.gatehouse.proxy.testing.TestExchange;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class AccessLogFilterTest {
    private final TestServices services = new TestServices();

    private static final Rotation ROTATION = new Rotation(new Size(1 << 20), 5);

    @TempDir
    Path folder;

    private static AccessLogConfig.Destination to(Path file) {
        return new AccessLogConfig.Destination(file);
    }

    private static Percent all() {
        return Percent.parse("100%");
    }

    @Test
    void writesALineForEachRequestToOneSharedFile() throws IOException {
        var file = folder.resolve("access.log");
        var factory = new AccessLogFactory();
        var one = factory.create(new AccessLogConfig(to(file), all(), ROTATION), services);
        var other = factory.create(new AccessLogConfig(to(file), all(), ROTATION), services);
        var exchange = TestExchange.of(HttpMethod.GET, "/orders?page=2&api%5Fkey=hidden&TOKEN=x\u2028");
        exchange.requestHeaders = DefaultHttpHeadersFactory.headersFactory()
                .withValidation(false)
                .newHeaders()
                .add("User-Agent", "bot\u001b[31m\"");
        one.onEnd(exchange, Outcomes.served(200));
        one.close();
        other.onEnd(exchange, Outcomes.served(503));
        other.close();

        var lines = Files.readAllLines(file);
        assertThat(lines).hasSize(2);
        var json = JsonMapper.shared().readTree(lines.getFirst());
        assertThat(json.get("time").asString()).isEqualTo(TestServices.NOW.toString());
        assertThat(json.get("path").asString()).isEqualTo("/orders");
        assertThat(json.get("query").asString()).isEqualTo("page=2&api%5Fkey=***&TOKEN=***");
        assertThat(json.get("userAgent").asString()).isEqualTo("bot\u001b[31m\"");
        assertThat(json.get("status").asInt()).isEqualTo(200);
        assertThat(json.get("durationMicros").asInt()).isEqualTo(7000);
        assertThat(json.get("outcome").asString()).isEqualTo("served");
        assertThat(lines.getFirst()).contains("\\u001b[31m\\\"").doesNotContain("hidden");
        assertThat(Files.getPosixFilePermissions(file))
                .noneMatch(permission -> permission.name().startsWith("OTHERS"));
    }

    @Test
    void logsNothingWhereTheShareIsNone() {
        var file = folder.resolve("none.log");
        var filter =
                new AccessLogFactory().create(new AccessLogConfig(to(file), Percent.parse("0%"), ROTATION), services);
        filter.onEnd(new TestExchange(), Outcomes.served(200));
        filter.close();
        assertThat(file).doesNotExist();
    }

    @Test
    void dropsAndCountsWhatTheQueueCannotTake() {
        var dropped = new SimpleMeterRegistry().counter("dropped");
        var release = new CountDownLatch(1);
        var writer = new LineWriter(() -> blocked(release), 4, dropped);
        for (int i = 0; i < 100; i++) {
            writer.offer(new byte[] {'x', '\n'});
        }
        assertThat(dropped.count()).isBetween(80.0, 96.0);
        release.countDown();
        writer.close();
    }

    private static OutputStream blocked(CountDownLatch release) throws IOException {
        try {
            release.await();
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
        return OutputStream.nullOutputStream();
    }

    @Test
    void countsWhatCannotBeWrittenAndTriesAgain() {
        var dropped = new SimpleMeterRegistry().counter("dropped");
        var writer = new LineWriter(
                () -> {
                    throw new IOException("disk full");
                },
                16,
                dropped);
        writer.offer(new byte[] {'x'});
        await().until(() -> dropped.count() == 1);
        writer.offer(new byte[] {'y'});
        await().until(() -> dropped.count() == 2);
        writer.close();
        writer.offer(new byte[] {'z'});
        assertThat(dropped.count()).isEqualTo(3);
    }

    @Test
    void refusesAFileInAFolderThatIsNotThere() {
        assertThatThrownBy(() -> new AccessLogFactory()
                        .create(new AccessLogConfig(to(folder.resolve("no/access.log")), all(), ROTATION), services))
                .hasMessageStartingWith("to: expected `stdout` or a file in an existing folder");
    }

    @Test
    void refusesAFileThatCannotBeOpened() throws IOException {
        var socket = folder.resolve("s");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            assertThatThrownBy(() ->
                            new AccessLogFactory().create(new AccessLogConfig(to(socket), all(), ROTATION), services))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("to: `" + socket + "` cannot be opened: it is no regular file");
        }
    }

    @Test
    void relativePathsBeginInTheConfigurationsFolder() {
        var loader = new ConfigLoader(
                new ConfigLoader.Settings(Substitution.of(Map.of(), folder), folder, Decoders.none(), Set.of()));
        var loaded = loader.load("access-log.yaml", "to: ./access.log", AccessLogConfig.class);
        assertThat(loaded).isInstanceOf(LoadResult.Loaded.class);
        var config = ((LoadResult.Loaded<AccessLogConfig>) loaded).config();
        var filter = new AccessLogFactory().create(config, services);
        filter.onEnd(new TestExchange(), Outcomes.served(200));
        filter.close();

        assertThat(folder.resolve("access.log")).isNotEmptyFile();
        assertThat(loader.load("access-log.yaml", "to: stdout", AccessLogConfig.class))
                .extracting(stdout -> ((LoadResult.Loaded<AccessLogConfig>) stdout)
                        .config()
                        .to()
                        .file())
                .isNull();
    }

    @Test
    void aDeviceWillDo() {
        var filter =
                new AccessLogFactory().create(new AccessLogConfig(to(Path.of("/dev/null")), all(), ROTATION), services);
        assertThat(filter).isNotNull();
        filter.close();
    }

    @Test
    void tellsTheTraceOfARequest() throws IOException {
        var file = folder.resolve("access.log");
        var filter = new AccessLogFactory().create(new AccessLogConfig(to(file), all(), ROTATION), services);
        var exchange = new TestExchange();
        exchange.put(TraceContext.KEY, new TraceContext("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", true));
        filter.onEnd(exchange, Outcomes.served(200));
        filter.close();

        assertThat(file).content().contains("\"traceId\":\"4bf92f3577b34da6a3ce929d0e0e4736\"");
    }

    @Test
    void putsFullFilesAsideAndKeepsAsManyAsAsked() throws IOException {
        var file = folder.resolve("access.log");
        var line = ("x".repeat(599) + "\n").getBytes(StandardCharsets.US_ASCII);
        for (int run = 0; run < 2; run++) { // what a run before left counts, too
            try (var out = new RotatingFile(file, new Rotation(new Size(1 << 10), 2))) {
                for (int i = 0; i < 3; i++) {
                    line[0] = (byte) ('a' + 3 * run + i);
                    out.write(line);
                }
            }
        }

        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("access.log", "access.log.1", "access.log.2");
        assertThat(Files.readString(file)).startsWith("f").hasSize(600);
        assertThat(Files.readString(folder.resolve("access.log.1"))).startsWith("e");
        assertThat(Files.readString(folder.resolve("access.log.2"))).startsWith("d");
    }

    @Test
    void refusesTwoWaysToRotateOneFile() {
        var factory = new AccessLogFactory();
        var to = to(folder.resolve("access.log"));
        var first = factory.create(new AccessLogConfig(to, all(), ROTATION), services);
        assertThatThrownBy(() ->
                        factory.create(new AccessLogConfig(to, all(), new Rotation(new Size(1 << 20), 6)), services))
                .hasMessageStartingWith("rotate: expected the same wherever");
        first.close();
    }
}
