package io.gatehouse.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each file in {@code errors/} is what a {@code gatehouse.yaml} has below its usual beginning, perhaps a line
 * {@code ==== policies.yaml} with a file beside it, a line {@code ====}, and all errors and warnings that it must give.
 */
final class GoldenConfigErrorsTest {
    static Stream<Path> cases() throws IOException, URISyntaxException {
        var folder = Objects.requireNonNull(GoldenConfigErrorsTest.class.getResource("/errors"));
        try (var files = Files.list(Path.of(folder.toURI()))) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void reportsEveryError(Path file, @TempDir Path folder) throws IOException {
        var parts = Files.readString(file).split("(?m)^====\n", 2);
        var files = parts[0].split("(?m)^==== policies.yaml\n", 2);
        Files.writeString(folder.resolve("gatehouse.yaml"), files[0]);
        if (files.length == 2) {
            Files.writeString(folder.resolve("policies.yaml"), files[1]);
        }

        var outcome = TestSource.SOURCE.load(folder.resolve("gatehouse.yaml"), TestSource.ENVIRONMENT);

        var printed = switch (outcome) {
            case ConfigOutcome.Refused(var errors, var _) ->
                errors.stream().map(error -> error + "\n").collect(Collectors.joining());
            case LoadedConfig loaded ->
                loaded.warnings().stream()
                        .map(warning -> "warning: " + warning + "\n")
                        .collect(Collectors.joining());
        };
        assertThat(printed.replace(folder + "/", ""))
                .isEqualTo(parts[1])
                .doesNotContain("s3cr3t")
                .doesNotContain("java.", "io.gatehouse");
    }
}
