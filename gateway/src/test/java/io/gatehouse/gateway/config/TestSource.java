package io.gatehouse.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.config.ConfigError;
import io.gatehouse.gateway.BuiltIns;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What the tests of configurations load them with. */
public final class TestSource {
    public static final ConfigSource SOURCE = new ConfigSource(BuiltIns.extensions());

    /** The environment of the examples and of the golden files. */
    public static final Map<String, String> ENVIRONMENT = Map.of(
            "WAREHOUSE_KEY", "Gx7vQ2mZp0Rk9sLw",
            "ADA_TOKEN", "u8Kd02mXnQ5vTz71",
            "ASSISTANT_KEY", "Bw4nY6cJ1hSe3LfQ",
            "API_KEY", "Zr6tP1vD9aLx4QkW",
            "SHORT", "s3cr3t");

    private TestSource() {}

    /** What is warned of in a sound configuration, {@code text}, in a file of {@code folder}. */
    static List<String> warnings(Path folder, String text) {
        var outcome = SOURCE.load(folder.resolve("gatehouse.yaml"), text, ENVIRONMENT);
        assertThat(outcome).isInstanceOf(LoadedConfig.class);
        return ((LoadedConfig) outcome)
                .warnings().stream()
                        .map(ConfigError::toString)
                        .map(line -> line.replace(folder + "/", ""))
                        .toList();
    }
}
