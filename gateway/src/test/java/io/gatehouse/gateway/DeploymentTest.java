package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.gateway.cli.CommandLines;
import io.gatehouse.gateway.config.ConfigSource;
import io.gatehouse.gateway.config.LoadedConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What deploy/ says of the command line and the configuration is so. */
final class DeploymentTest {
    private static final Path DEPLOY = Path.of("..", "deploy");
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "API_KEY", RunningGateway.KEY, "ADMIN_TOKEN", RunningGateway.APPROVER, "TOKEN", RunningGateway.APPROVER);

    @TempDir
    private Path folder;

    private static String read(String file) throws IOException {
        return Files.readString(DEPLOY.resolve(file));
    }

    private static Map<?, ?> map(Object node) {
        return (Map<?, ?>) node;
    }

    @Test
    void composeRunsCommandsThatThereAreOnConfigurationsThatLoad() throws Exception {
        var compose = map(Objects.requireNonNull(
                new Load(LoadSettings.builder().setAllowDuplicateKeys(false).build())
                        .loadFromString(merged(read("compose.yaml")))));
        var services = map(Objects.requireNonNull(compose.get("services")));
        assertThat(services).hasSize(2);
        for (var service : services.values()) {
            var settings = map(service);
            var command = ((List<?>) Objects.requireNonNull(settings.get("command")))
                    .stream().map(Object::toString).toArray(String[]::new);
            var parsed = commandLine(new StringWriter()).parseArgs(command);
            assertThat(parsed.hasSubcommand()).isTrue();
            var mounted = ((List<?>) Objects.requireNonNull(settings.get("volumes")))
                    .getFirst()
                    .toString();
            assertThat(mounted).endsWith(":/etc/gatehouse/gatehouse.yaml:ro");
            assertThat(new ConfigSource(BuiltIns.extensions())
                            .load(DEPLOY.resolve(mounted.substring(2, mounted.indexOf(':'))), ENVIRONMENT))
                    .isInstanceOf(LoadedConfig.class);
        }
    }

    /** Compose merges `<<`; this reader takes YAML 1.2, which has no such key. */
    private static String merged(String compose) {
        return compose.replace("<<: *gatehouse", "common: *gatehouse");
    }

    private static picocli.CommandLine commandLine(StringWriter out) {
        return CommandLines.create(new ConfigSource(BuiltIns.extensions()), Map.of())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out));
    }

    @Test
    void theTrainingConfigurationLoads() throws Exception {
        for (var file : List.of("gatehouse.yaml", "policies.yaml")) {
            Files.writeString(
                    folder.resolve(file),
                    read("dist/training/" + file).replace("${PORT}", "8080").replace("${ADMIN_PORT}", "9900"));
        }
        assertThat(new ConfigSource(BuiltIns.extensions()).load(folder.resolve("gatehouse.yaml"), ENVIRONMENT))
                .isInstanceOf(LoadedConfig.class);
    }

    @Test
    void theImageAndTheUnitCallCommandsThatThereAre() throws Exception {
        var commands = commandLine(new StringWriter()).getSubcommands().keySet();
        var called = Pattern.compile("gatehouse\\.jar\", \"([a-z]+)\"|CMD \\[\"([a-z]+)\"|bin/gatehouse ([a-z]+)")
                .matcher(read("Dockerfile") + read("systemd/gatehouse.service"))
                .results()
                .map(match -> match.group().replaceAll("[^a-z]+$", "").replaceAll(".*[^a-z]", ""))
                .toList();
        assertThat(called).containsExactlyInAnyOrder("health", "run", "run");
        assertThat(commands).containsAll(called);
    }

    @Test
    void bothImagesRunTheSame() throws Exception {
        var dockerfile = read("Dockerfile");
        var jib = read("jib/pom.xml");

        assertThat(words(jib, "<entrypoint>(.*?)</entrypoint>", "<arg>(.*?)</arg>"))
                .isNotEmpty()
                .isEqualTo(words(dockerfile, "\nENTRYPOINT (.*)", "\"(.*?)\""));
        assertThat(words(jib, "<args>(.*?)</args>", "<arg>(.*?)</arg>"))
                .isNotEmpty()
                .isEqualTo(words(dockerfile, "\nCMD (.*)", "\"(.*?)\""));
        assertThat(words(jib, "<container>(.*?)</container>", "<user>(.*?)</user>"))
                .hasSize(1)
                .isEqualTo(words(dockerfile, "\nUSER (.*)", "(\\S+)"));
        assertThat(words(jib, "<ports>(.*?)</ports>", "<port>(.*?)</port>"))
                .isNotEmpty()
                .isEqualTo(words(dockerfile, "\nEXPOSE (.*)", "(\\S+)"));
    }

    /** What {@code word} finds in the first place that {@code around} finds, which may go over lines in XML only. */
    private static List<String> words(String text, String around, String word) {
        var place = Pattern.compile(around, around.startsWith("<") ? Pattern.DOTALL : 0)
                .matcher(text);
        assertThat(place.find()).as(around).isTrue();
        return Pattern.compile(word)
                .matcher(place.group(1))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    @Test
    void healthTellsWhetherAGatewayIsReady() throws Exception {
        try (var gateway = RunningGateway.start(folder, """
                version: 1
                server:
                  listeners: [{ name: public, address: 127.0.0.1:0 }]
                  admin: { address: 127.0.0.1:0 }
                upstreams: { nobody: { targets: ["http://127.0.0.1:1"] } }
                routes: [{ name: one, match: { path: /one }, filters: [], to: nobody }]
                """)) {
            var url = "http://127.0.0.1:" + gateway.gateway().adminAddress().getPort();
            var out = new StringWriter();
            assertThat(commandLine(out).execute("health", "--url", url)).isZero();
            assertThat(out.toString()).contains("\"status\":\"ready\"");

            gateway.gateway().drain();
            assertThat(commandLine(out).execute("health", "--url", url)).isEqualTo(1);
            assertThat(out.toString()).contains("not_ready");
        }
        var nowhere = new StringWriter();
        assertThat(commandLine(nowhere).execute("health", "--url", "http://127.0.0.1:1"))
                .isEqualTo(1);
        assertThat(nowhere.toString()).contains("is not reached");
    }
}
