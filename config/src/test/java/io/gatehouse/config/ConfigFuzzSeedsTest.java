package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fuzz target on the golden files, which {@code checks/fuzz} begins with. */
class ConfigFuzzSeedsTest {
    @ParameterizedTest
    @MethodSource("io.gatehouse.config.GoldenErrorsTest#cases")
    void standsOn(Path file) throws IOException {
        var text = Files.readString(file).split("(?m)^====\n", 2)[0].getBytes(StandardCharsets.UTF_8);
        var folder = Files.createDirectories(Path.of("target", "fuzz-seeds", "ConfigFuzz"));

        ConfigFuzz.fuzzerTestOneInput(text);

        assertThat(Files.write(folder.resolve(file.getFileName().toString()), text))
                .hasBinaryContent(text);
    }
}
