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
        Files.writeString(folder.resolve("gatehouse.yaml"), """
                version: 1
                server:
                  listeners: [{ name: public, address: 127.0.0.1:0 }]
                  admin: { address: 127.0.0.1:0 }
                telemetry: @TELEMETRY@
                upstreams: { nobody: { targets: ["http://127.0.0.1:1"] } }
                routes: [{ name: one, match: { path: /one }, filters: [], to: nobody }]
                """.replace("@TELEMETRY@", telemetry));
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
