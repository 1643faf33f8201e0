package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.config.LoadResult.Loaded;
import io.gatehouse.config.Sample.Mode;
import io.gatehouse.config.Sample.Step;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigLoaderTest {
    private static final String WHOLE = """
            version: 1
            listeners:
              - { name: public, address: "127.0.0.1:${PORT}", tls: true, mode: very-safe, modes: [fast] }
            upstreams:
              orders: { targets: [http://127.0.0.1:9000, { url: "http://127.0.0.1:9001", weight: 2 }] }
            routes:
              - to: orders
                steps: [log, { wait: { time: 5m } }, { type: wait, time: 2d, times: 3 }]
              - { to: orders, steps: [] }
              - to: orders
            token: ${file:token.txt}
            labels: { a: 007, b: true, c: "$${PORT} ${PORT} ${UNSET:-x}", d: '' }
            weights: { very-safe: 3 }
            folder: data/x
            limits: { body: 8KiB, rate: 10/s, sample: 12.5%, pause: 250ms, most: -1 }
            """;

    private static Loaded<Sample> load(String text) {
        var result = Sample.loader().load("sample.yaml", text, Sample.class);
        assertThat(result).isInstanceOf(Loaded.class);
        return (Loaded<Sample>) result;
    }

    private static List<ConfigError> errors(LoadResult<Sample> result) {
        assertThat(result).isInstanceOf(LoadResult.Rejected.class);
        return ((LoadResult.Rejected<Sample>) result).errors();
    }

    @Test
    void aRefusedFileIsReadOnPartByPart() {
        var result = Sample.loader()
                .load("sample.yaml", "version: x\nroutes: [{ to: a }, { ot: b }, { to: c }]\ntoken: abc", Sample.class);

        assertThat(errors(result)).hasSize(2);
        var tree = Objects.requireNonNull(((LoadResult.Rejected<Sample>) result).tree());
        var routes = Objects.requireNonNull(tree.root().get("routes")).items();
        assertThat(routes).hasSize(3);
        assertThat(Objects.requireNonNull(routes.get(2).get("to")).text()).isEqualTo("c");
        assertThat(routes.get(1).get("to")).isNull();
        assertThat(tree.positions().error(routes.get(2).path(), "x").toString())
                .isEqualTo("sample.yaml:2:32: routes[2]: x");
        assertThat(tree.secrets()).extracting(FoundSecret::path).containsExactly("token");
        assertThat(errors(result)).hasSize(2);
    }

    @Test
    void bindsEveryShape() {
        var sample = load(WHOLE).config();

        assertThat(sample.listeners())
                .containsExactly(
                        new Sample.Listener("public", "127.0.0.1:8080", true, Mode.VERY_SAFE, Set.of(Mode.FAST)));
        assertThat(sample.upstreams())
                .containsExactly(Map.entry(
                        "orders",
                        new Sample.Upstream(List.of(
                                new Sample.Target(URI.create("http://127.0.0.1:9000"), 1),
                                new Sample.Target(URI.create("http://127.0.0.1:9001"), 2)))));
        assertThat(sample.routes().get(0).steps())
                .containsExactly(
                        new Step.Plain("log"),
                        new Step.Wait(Duration.ofMinutes(5), 1),
                        new Step.Wait(Duration.ofDays(2), 3));
        assertThat(sample.weights()).containsExactly(Map.entry(Mode.VERY_SAFE, 3));
        assertThat(sample.folder()).isEqualTo(Path.of("/etc/sample/data/x"));
        assertThat(sample.limits())
                .isEqualTo(new Sample.Limits(
                        new Size(8192),
                        new Rate(10, Duration.ofSeconds(1)),
                        new Percent(0.125),
                        Duration.ofMillis(250),
                        -1));
    }

    @Test
    void tellsLeftOutFromEmpty() {
        var routes = load(WHOLE).config().routes();

        assertThat(routes.get(1).steps()).isEmpty();
        assertThat(routes.get(2).steps()).isNull();
    }

    @Test
    void takesDefaultsForWhatIsLeftOut() {
        var sample = load("version: 1").config();

        assertThat(sample)
                .isEqualTo(new Sample(
                        1,
                        List.of(),
                        Map.of(),
                        List.of(),
                        null,
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        null,
                        0.5,
                        new Sample.Limits(
                                new Size(10 << 20),
                                new Rate(100, Duration.ofMinutes(1)),
                                new Percent(0.5),
                                Duration.ofSeconds(10),
                                9_000_000_000L)));
    }

    @Test
    void keepsTextAsItIsWritten() {
        assertThat(load(WHOLE).config().labels())
                .containsExactly(
                        Map.entry("a", "007"),
                        Map.entry("b", "true"),
                        Map.entry("c", "${PORT} 8080 x"),
                        Map.entry("d", ""));
    }

    @Test
    void substitutedTextAddsNoYaml() {
        assertThat(load("version: 1\nlabels: { a: \"${WORDS}\" }").config().labels())
                .containsExactly(Map.entry("a", "s3cr3t: {a: b}"));
    }

    @Test
    void substitutesNumbersWithAndWithoutQuotes() {
        assertThat(load("version: ${PORT}").config().version()).isEqualTo(8080);
        assertThat(load("version: \"${PORT}\"").config().version()).isEqualTo(8080);
    }

    @Test
    void cutsOneLineEndOfAFile() {
        for (var file : List.of("token.txt", "windows.txt")) {
            var token = load("version: 1\ntoken: ${file:" + file + "}").config().token();
            assertThat(token).isEqualTo(Secret.parse("s3cr3t-of-a-file"));
        }
    }

    @Test
    void tellsLiteralSecretsFromSubstitutedOnes() {
        assertThat(secret("token: hello")).isEqualTo(new FoundSecret("token", Secret.parse("hello"), true));
        assertThat(secret("token: ${UNSET:-hello}")).isEqualTo(new FoundSecret("token", Secret.parse("hello"), true));
        assertThat(secret("token: ${TOKEN:-hello}").literal()).isFalse();
        assertThat(secret("token: \"${file:token.txt}\"").literal()).isFalse();
    }

    private static FoundSecret secret(String line) {
        return load("version: 1\n" + line).secrets().getFirst();
    }

    @Test
    void secretsPrintAsStars() {
        var loaded = load("version: 1\ntoken: hello-secret");

        assertThat(loaded.toString()).contains("token=***").doesNotContain("hello-secret");
    }

    @Test
    void knowsWhereEverySettingStands() {
        var positions = load(WHOLE).positions();

        assertThat(positions.of("routes[0].to")).isEqualTo(new Position(7, 9));
        assertThat(positions.of("routes[2].to")).isEqualTo(new Position(10, 9));
        assertThat(positions.of("upstreams.orders.targets[1].weight")).isEqualTo(new Position(5, 86));
        assertThat(positions.of("routes[0].chain")).isEqualTo(new Position(7, 5));
        assertThat(positions.of("nowhere[7].at.all")).isEqualTo(new Position(1, 1));
        assertThat(positions.error("routes[0].to", "is wrong")).hasToString("sample.yaml:7:9: routes[0].to: is wrong");
    }

    @Test
    void knowsWhereOddlyNamedSettingsStand() {
        var positions = load("version: 1\nlabels:\n  \"a.b c\": x").positions();

        assertThat(positions.of("labels[\"a.b c\"]")).isEqualTo(new Position(3, 12));
    }

    @Test
    void readsFreeValuesByTheirForm() {
        var facts = load("version: 1\nfacts: { a: 1, b: 1.5, c: true, d: x, e: '1', f: [1, { g: \"${PORT}\" }] }")
                .config()
                .facts();

        assertThat(facts)
                .isEqualTo(Map.of(
                        "a", 1L, "b", 1.5, "c", true, "d", "x", "e", "1", "f", List.of(1L, Map.of("g", "8080"))));
    }

    @Test
    void expandsAliases() {
        var sample = load("""
                version: 1
                upstreams:
                  a: &a { targets: [http://127.0.0.1:9000] }
                  b: *a
                """).config();

        assertThat(sample.upstreams().get("b")).isEqualTo(sample.upstreams().get("a"));
    }

    @Test
    void readsVariablesAndFilesOfTheRealWorld(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("key"), "from the file\n");
        var substitution = Substitution.of(Map.of("A", "from the environment"), folder);

        assertThat(substitution.variable("A")).isEqualTo("from the environment");
        assertThat(substitution.variable("B")).isNull();
        assertThat(substitution.file("key")).isEqualTo("from the file\n");
        assertThat(substitution.file(folder.resolve("key").toString())).isEqualTo("from the file\n");
    }

    @Test
    void refusesFilesThatAreTooLong(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("long"), "x".repeat(Substitution.LONGEST_FILE + 1));
        var settings =
                new ConfigLoader.Settings(Substitution.of(Map.of(), folder), folder, Sample.decoders(), Set.of());

        var result = new ConfigLoader(settings).load("sample.yaml", "version: 1\ntoken: ${file:long}", Sample.class);

        assertThat(errors(result))
                .containsExactly(new ConfigError("sample.yaml", 2, 8, "token", "the file `long` cannot be read"));
    }

    @Test
    void refusesTextThatIsTooLong() {
        var result = Sample.loader().load("sample.yaml", "#".repeat((8 << 20) + 1), Sample.class);

        assertThat(errors(result))
                .containsExactly(new ConfigError("sample.yaml", 1, 1, "", "the file is longer than 8 MiB"));
    }

    @Test
    void skipsAByteOrderMark() {
        assertThat(load("\uFEFFversion: 1").config().version()).isEqualTo(1);
    }
}
