package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.gateway.config.ConfigSource;
import io.gatehouse.gateway.config.LoadedConfig;
import io.gatehouse.testkit.RawClient;
import io.gatehouse.testkit.TestOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Filters of other people, compiled and packed as they would. */
final class PluginsTest {
    private static final Path SAMPLE = Path.of("..", "docs", "plugin-sample");

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // made before every test
    private Path plugins;

    @BeforeEach
    void makeFolder() throws IOException {
        plugins = Files.createDirectory(folder.resolve("plugins"));
    }

    private Path jar(String name) {
        return plugins.resolve(name);
    }

    private PluginJar plugin(String name) throws IOException {
        return PluginJar.in(folder.resolve(name));
    }

    private void refused(String message) {
        assertThatThrownBy(() -> Plugins.in(plugins))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private Path sampleConfig(String least, int port) throws IOException {
        var config = Files.readString(SAMPLE.resolve("gatehouse.yaml"))
                .replace("127.0.0.1:8080", "127.0.0.1:0")
                .replace("127.0.0.1:9900", "127.0.0.1:0")
                .replace("http://127.0.0.1:9000", "http://127.0.0.1:" + port)
                .replace("2.4.0", least);
        return Files.writeString(folder.resolve("gatehouse.yaml"), config);
    }

    private static String get(String headers) {
        return "GET / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
    }

    @Test
    void theSampleRunsAmongTheBuiltInOnesAndSurvivesAReload() throws Exception {
        plugin("sample").project(SAMPLE).build(jar("client-version.jar"));
        var environment = Map.of(Plugins.VARIABLE, plugins.toString());
        try (var origin = TestOrigin.start()) {
            sampleConfig("2.4.0", origin.port());
            try (var gateway = ChildGateway.start(folder, environment, "run")) {
                var ready = gateway.awaitReady();
                try (var client = RawClient.connect(ready.port())) {
                    var old = client.exchange(get("X-Client-Version: 2.3.99\r\n"));
                    assertThat(old.status()).isEqualTo(426);
                    assertThat(old.text()).contains("\"code\":\"client_too_old\"");
                    assertThat(old.header("x-least-client-version")).isEqualTo("2.4.0");
                    assertThat(origin.calls()).isZero();
                    assertThat(client.exchange(get("X-Client-Version: 2.10.0\r\n"))
                                    .status())
                            .isEqualTo(200);
                }
                sampleConfig("3.0.0", origin.port());
                gateway.awaitErr("configuration reloaded");
                try (var client = RawClient.connect(ready.port())) {
                    assertThat(client.exchange(get("X-Client-Version: 2.10.0\r\n"))
                                    .status())
                            .isEqualTo(426);
                }
            }
        }
    }

    @Test
    void thePageBuildsTheSample() throws Exception {
        var page = Files.readString(SAMPLE.resolveSibling("plugins.md"));
        var commands = page.lines()
                .filter(line -> line.startsWith("javac ") || line.startsWith("cp ") || line.startsWith("jar "))
                .toList();
        assertThat(commands).hasSize(3);
        var sample = folder.resolve("sample");
        try (var files = Files.walk(SAMPLE)) {
            for (var file : files.filter(path -> !path.startsWith(SAMPLE.resolve("target")))
                    .toList()) {
                Files.copy(file, sample.resolve(SAMPLE.relativize(file).toString()));
            }
        }
        var build = new ProcessBuilder(
                        "bash", "-euc", String.join("\n", commands).replace("'/opt/gatehouse/lib/*'", "\"$JARS\""))
                .directory(sample.toFile())
                .inheritIO();
        build.environment()
                .put("JARS", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        build.environment()
                .merge(
                        "PATH",
                        Path.of(System.getProperty("java.home"), "bin").toString(),
                        (path, jdk) -> jdk + ":" + path);
        assertThat(build.start().waitFor()).isZero();

        var loaded = new ConfigSource(Plugins.in(sample.resolve("target"))).load(sampleConfig("2.4.0", 1), Map.of());
        assertThat(loaded).isInstanceOf(LoadedConfig.class);
    }

    @Test
    void anEventLoopThatEndsEndsTheProcess() throws Exception {
        plugin("ending").source("Ending", """
                package plugin;

                import io.gatehouse.proxy.filter.*;
                import io.netty.util.internal.ThreadExecutorMap;

                public final class Ending implements FilterFactory<Ending.None> {
                    public record None() {}

                    public String name() {
                        return "ending";
                    }

                    public Class<None> configType() {
                        return None.class;
                    }

                    public Phase phase(None config) {
                        return Phase.EDGE;
                    }

                    public Filter create(None config, Services services) {
                        return exchange -> {
                            ThreadExecutorMap.currentExecutor().shutdownGracefully();
                            return Verdict.NEXT;
                        };
                    }
                }
                """).filters("plugin.Ending").build(jar("ending.jar"));
        Files.writeString(folder.resolve("gatehouse.yaml"), """
                version: 1
                server:
                  listeners: [{ name: public, address: 127.0.0.1:0 }]
                  admin: { address: 127.0.0.1:0 }
                routes: [{ name: all, match: { path: /** }, filters: [ending, { respond: { body: hello } }] }]
                """);
        try (var gateway = ChildGateway.start(folder, Map.of(Plugins.VARIABLE, plugins.toString()), "run");
                var client = RawClient.connect(gateway.awaitReady().port())) {
            client.send(get(""));
            assertThat(gateway.awaitErr("the process ends")).contains("ERROR");
            assertThat(gateway.awaitExit()).isEqualTo(3);
        }
    }

    @Test
    void theSamplesSettingsAreCheckedWithLineAndColumn() throws Exception {
        plugin("sample").project(SAMPLE).build(jar("client-version.jar"));
        var source = new ConfigSource(Plugins.in(plugins));

        assertThat(source.load(sampleConfig("two", 1), Map.of()).toString())
                .contains("gatehouse.yaml:16:")
                .contains("client-version.least: expected a version such as `2.4.1`, got `two`");
        assertThat(source.schema().toString()).contains("the oldest version that is served");
    }

    @Test
    void isUnknownWithoutItsFolder() throws Exception {
        var outcome = new ConfigSource(Plugins.extensions(Map.of())).load(sampleConfig("2.4.0", 1), Map.of());

        assertThat(outcome.toString()).contains("filter `client-version` is not known");
    }

    @Test
    void saysWhatIsWrongAndDoesNotStart() throws Exception {
        plugin("clash").factory("Mine", "cors").filters("plugin.Mine").build(jar("clash.jar"));
        try (var gateway = ChildGateway.start(folder, Map.of(Plugins.VARIABLE, plugins.toString()), "check")) {
            assertThat(gateway.awaitErr("gatehouse:"))
                    .isEqualTo(
                            "gatehouse: plugin `clash.jar`: filter `cors` is there already, from the gateway itself");
            assertThat(gateway.awaitExit()).isEqualTo(1);
        }
    }

    @Test
    void keepsPluginsApart() throws Exception {
        plugin("a").factory("Mine", "one").filters("plugin.Mine").build(jar("a.jar"));
        plugin("b").factory("Mine", "two").filters("plugin.Mine").build(jar("b.jar"));

        var filters = Plugins.in(plugins).filters();

        assertThat(filters.keySet()).contains("one", "two", "request-id");
        assertThat(List.of(filters.get("one"), filters.get("two")))
                .extracting(Object::getClass)
                .doesNotHaveDuplicates();
    }

    @Test
    void refusesANameThatAnotherPluginHas() throws Exception {
        plugin("a").factory("Mine", "same").filters("plugin.Mine").build(jar("a.jar"));
        plugin("b").factory("Mine", "same").filters("plugin.Mine").build(jar("b.jar"));

        refused("plugin `b.jar`: filter `same` is there already, from a.jar");
    }

    @Test
    void refusesAnEngineThatIsThereAlready() throws Exception {
        plugin("a").source("Engines", """
                package plugin;

                import io.gatehouse.proxy.engine.*;
                import io.gatehouse.proxy.filter.Services;

                public final class Engines implements EngineFactory<Engines.None> {
                    public record None() {}

                    public String type() {
                        return "mcp";
                    }

                    public Class<None> configType() {
                        return None.class;
                    }

                    public Engine create(String name, None config, Services services) {
                        throw new IllegalArgumentException("never made");
                    }
                }
                """).engines("plugin.Engines").build(jar("a.jar"));

        refused("plugin `a.jar`: engine `mcp` is there already, from the gateway itself");
    }

    @Test
    void refusesNamesThatNobodyCouldWrite() throws Exception {
        plugin("a").factory("Mine", "No Name").filters("plugin.Mine").build(jar("a.jar"));

        refused("plugin `a.jar`: expected a name of lower-case words such as `client-version`, got `No Name`");
    }

    @Test
    void refusesAJarWithoutFactories() throws Exception {
        plugin("a").factory("Mine", "mine").build(jar("a.jar"));

        refused("plugin `a.jar`: names no filter and no engine in META-INF/services");
    }

    @Test
    void refusesAClassThatIsNotThere() throws Exception {
        plugin("a").filters("plugin.Missing").build(jar("a.jar"));

        refused("Provider plugin.Missing not found");
    }

    @Test
    void refusesAFactoryThatFails() throws Exception {
        plugin("a").source("Failing", """
                package plugin;

                public final class Failing implements io.gatehouse.proxy.filter.FilterFactory<Failing.None> {
                    public record None() {}

                    public Failing() {
                        throw new IllegalStateException("on purpose");
                    }

                    public String name() {
                        return "failing";
                    }

                    public Class<None> configType() {
                        return None.class;
                    }

                    public io.gatehouse.proxy.filter.Phase phase(None config) {
                        return io.gatehouse.proxy.filter.Phase.EDGE;
                    }

                    public io.gatehouse.proxy.filter.Filter create(None config, io.gatehouse.proxy.filter.Services services) {
                        throw new IllegalArgumentException("never made");
                    }
                }
                """).filters("plugin.Failing").build(jar("a.jar"));

        refused("Provider plugin.Failing could not be instantiated");
    }

    @Test
    void refusesWhatIsNoJar() throws Exception {
        Files.writeString(jar("a.jar"), "not a zip file");

        refused("plugin `a.jar`: names no filter and no engine");
    }

    @Test
    void refusesWhatEverybodyMayReplace() throws Exception {
        var jar = plugin("a").factory("Mine", "mine").filters("plugin.Mine").build(jar("a.jar"));
        Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-rw-rw-"));
        refused("everybody may write to it");

        Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-rw-r--"));
        Files.setPosixFilePermissions(plugins, PosixFilePermissions.fromString("rwxrwxrwx"));
        refused("plugin `" + plugins + "`: everybody may write to it");
    }

    @Test
    void refusesAFolderThatIsNotThere() {
        var missing = folder.resolve("missing");
        for (var path : List.of(missing.toString(), SAMPLE.resolve("pom.xml").toString())) {
            assertThatThrownBy(() -> Plugins.extensions(Map.of(Plugins.VARIABLE, path)))
                    .hasMessage("GATEHOUSE_PLUGINS: `" + path + "` is not a folder");
        }
    }
}
