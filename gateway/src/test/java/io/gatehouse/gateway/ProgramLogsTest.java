package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import ch.qos.logback.core.ConsoleAppender;
import io.gatehouse.gateway.telemetry.EarlyLogs;
import io.gatehouse.testkit.RawClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The program's own log, of a process of its own. */
final class ProgramLogsTest {
    @TempDir
    private Path folder;

    private void write(String telemetry) throws IOException {
        write(telemetry, "");
    }

    private void write(String telemetry, String token) throws IOException {
        Files.writeString(folder.resolve("gatehouse.yaml"), """
                version: 1
                server:
                  listeners: [{ name: public, address: 127.0.0.1:0 }]
                  admin: { address: 127.0.0.1:0@TOKEN@ }
                telemetry: @TELEMETRY@
                upstreams: { nobody: { targets: ["http://127.0.0.1:1"] } }
                routes: [{ name: one, match: { path: /one }, filters: [], to: nobody }]
                """.replace("@TELEMETRY@", telemetry)
                .replace("@TOKEN@", token));
    }

    @Test
    void isJsonOnStandardErrorAndTellsOfRequestsWithoutARoute() throws Exception {
        write("{}");
        try (var gateway = ChildGateway.start(folder, Map.of(), "run");
                var client = RawClient.connect(gateway.awaitReady().port())) {
            client.exchange("GET /elsewhere HTTP/1.1\r\nHost: a.example\r\n\r\n");
            var line = JsonMapper.shared().readTree(gateway.awaitErr("no route takes"));

            assertThat(line.get("level").asString()).isEqualTo("INFO");
            assertThat(line.get("timestamp").isNumber()).isTrue();
            assertThat(line.get("formattedMessage").asString())
                    .startsWith("no route takes GET a.example/elsewhere from 127.0.0.1");
        }
    }

    @Test
    void aCollectorThatIsAwayIsALineAndACounter() throws Exception {
        write("{ otlp: { url: \"http://127.0.0.1:1\", interval: 1s }, traces: 100% }", ", token: \"${TOKEN}\"");
        try (var gateway = ChildGateway.start(folder, Map.of("TOKEN", RunningGateway.APPROVER), "run");
                var http = HttpClient.newHttpClient()) {
            var ready = gateway.awaitReady();
            var scrape = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ready.adminPort() + "/metrics"))
                    .header("Authorization", "Bearer " + RunningGateway.APPROVER)
                    .build();
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                try (var client = RawClient.connect(ready.port())) {
                    client.exchange("GET /elsewhere HTTP/1.1\r\nHost: a.example\r\n\r\n");
                }
                var metrics = http.send(scrape, BodyHandlers.ofString()).body();
                return value(metrics, "gatehouse_metric_exports_total{result=\"failed\"}") >= 3
                        && value(metrics, "gatehouse_spans_total{result=\"failed\"}") >= 1
                        && value(metrics, "gatehouse_metric_exports_total{result=\"sent\"}") == 0;
            });
            gateway.signal("TERM");
            assertThat(gateway.awaitExit()).isZero();

            var lines = gateway.allErr().stream()
                    .map(line -> JsonMapper.shared().readTree(line)) // nothing else writes there, no stack trace either
                    .filter(line -> !line.get("level").asString().equals("INFO"))
                    .toList();
            assertThat(lines)
                    .extracting(line -> line.get("formattedMessage").asString())
                    .satisfiesExactlyInAnyOrder(
                            line -> assertThat(line)
                                    .startsWith("configuration: gatehouse.yaml:")
                                    .contains("nothing guards route"),
                            line -> assertThat(line)
                                    .startsWith("metrics cannot be sent to http://127.0.0.1:1: ConnectException: "),
                            line -> assertThat(line)
                                    .startsWith("spans cannot be sent to http://127.0.0.1:1: ")
                                    .contains("ConnectException"));
            assertThat(lines).noneMatch(line -> line.hasNonNull("throwable"));
        }
    }

    private static double value(String metrics, String series) {
        return metrics.lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .sum();
    }

    @Test
    void aFileIsPutAsideWhenItIsFull() throws Exception {
        write("{ logs: { format: text, file: logs/gatehouse.log, rotate: { size: 1KiB, keep: 1 } } }");
        var file = folder.resolve("logs/gatehouse.log");
        try (var gateway = ChildGateway.start(folder, Map.of(), "run")) {
            gateway.awaitReady();
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                gateway.signal("HUP");
                return Files.exists(folder.resolve("logs/gatehouse.log.1"));
            });
            assertThat(folder.resolve("logs").toFile().list())
                    .containsExactlyInAnyOrder("gatehouse.log", "gatehouse.log.1");
            assertThat(Files.readString(folder.resolve("logs/gatehouse.log.1"))).contains("configuration reloaded");
            assertThat(Files.size(file)).isLessThan(2 << 10);
        }
    }

    @Test
    void aFileThatCannotBeWrittenRefusesToStart() throws Exception {
        Files.createDirectory(folder.resolve("log"));
        write("{ logs: { file: log } }");
        try (var gateway = ChildGateway.start(folder, Map.of(), "run")) {
            assertThat(gateway.awaitErr("telemetry.logs.file")).contains("cannot be written");
            assertThat(gateway.awaitExit()).isEqualTo(1);
        }
    }

    @Test
    void sayInTextOnStandardErrorWhatComesBeforeTheConfiguration() {
        var loggers = new LoggerContext();
        assertThat(new EarlyLogs().configure(loggers)).isEqualTo(ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY);

        var root = loggers.getLogger(Logger.ROOT_LOGGER_NAME);
        assertThat(root.getLevel()).isEqualTo(Level.INFO);
        assertThat(root.iteratorForAppenders())
                .toIterable()
                .singleElement()
                .asInstanceOf(InstanceOfAssertFactories.type(ConsoleAppender.class))
                .satisfies(appender -> {
                    assertThat(appender.getTarget()).isEqualTo("System.err");
                    assertThat(appender.getEncoder()).isInstanceOf(PatternLayoutEncoder.class);
                });
        assertThat(loggers.getLogger("io.netty.channel").getEffectiveLevel()).isEqualTo(Level.WARN);
    }
}
