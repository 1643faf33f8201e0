package io.gatehouse.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.json.JsonMapper;

/** The example configurations: each is loaded, and each fits the schema. */
final class ExamplesTest {
    private static final Path FOLDER = Path.of("..", "config", "examples");
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(TestSource.SOURCE.schema().toString(), InputFormat.JSON);

    /** The examples, with the certificates that they name. */
    @TempDir
    private static Path copies;

    @BeforeAll
    static void copy() throws Exception {
        try (var files = Files.walk(FOLDER)) {
            for (var file :
                    files.filter(file -> file.toString().endsWith(".yaml")).toList()) {
                var copy = copies.resolve(FOLDER.relativize(file).toString());
                Files.createDirectories(Objects.requireNonNull(copy.getParent()));
                Files.copy(file, copy);
            }
        }
        ExampleCertificates.write(copies.resolve("certs"));
    }

    static Stream<Path> examples() throws IOException {
        try (var files = Files.list(FOLDER)) {
            return files
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .map(FOLDER::relativize)
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    static LoadedConfig load(String name) {
        var outcome = TestSource.SOURCE.load(FOLDER.resolve(name), TestSource.ENVIRONMENT);
        assertThat(outcome).isInstanceOf(LoadedConfig.class);
        return (LoadedConfig) outcome;
    }

    @ParameterizedTest
    @MethodSource("examples")
    void eachIsLoadedAndFitsTheSchema(Path name) throws IOException {
        var file = copies.resolve(name);
        assertThat(TestSource.SOURCE.load(file, TestSource.ENVIRONMENT)).isInstanceOf(LoadedConfig.class);
        assertThat(SCHEMA.validate(json(Files.readString(file)), InputFormat.JSON))
                .isEmpty();
    }

    @Test
    void aBrokenOneDoesNotFitTheSchema() throws IOException {
        var broken = Files.readString(FOLDER.resolve("api-keys.yaml")).replace("100/min", "100/fortnight");

        assertThat(SCHEMA.validate(json(broken), InputFormat.JSON)).isNotEmpty();
    }

    private static String json(String yaml) {
        return JSON.writeValueAsString(new Load(LoadSettings.builder().build()).loadFromString(yaml));
    }

    @Test
    void filtersRunByPhaseThenAsWritten() {
        var config = load("api-keys.yaml").config();

        assertThat(config.filters(config.routes().getFirst()))
                .extracting(FilterSpec.Configured::name)
                .containsExactly("request-id", "access-log", "headers", "api-key", "rate-limit");
    }

    @Test
    void pathsBeginInTheFilesFolder() {
        var loaded = load("agents.yaml");

        assertThat(loaded.config().audit().folder()).endsWithRaw(Path.of("config", "examples", "data", "audit"));
        assertThat(loaded.config().stores().database().file())
                .endsWithRaw(Path.of("config", "examples", "data", "gatehouse.db"));
        assertThat(loaded.files())
                .extracting(Path::getFileName)
                .containsExactlyInAnyOrder(Path.of("agents.yaml"), Path.of("risky-calls-need-approval.yaml"));
        assertThat(loaded.policies().size()).isEqualTo(3);
    }
}
