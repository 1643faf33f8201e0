package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each file in {@code errors/} is a configuration, a line {@code ====}, and all the errors that it must give. */
final class GoldenErrorsTest {
    static Stream<Path> cases() throws IOException, URISyntaxException {
        var folder = Objects.requireNonNull(GoldenErrorsTest.class.getResource("/errors"));
        try (var files = Files.list(Path.of(folder.toURI()))) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void reportsEveryError(Path file) throws IOException {
        var parts = Files.readString(file).split("(?m)^====\n", 2);

        var result = Sample.loader().load("sample.yaml", parts[0], Sample.class);

        assertThat(result).isInstanceOf(LoadResult.Rejected.class);
        var errors = ((LoadResult.Rejected<Sample>) result).errors();
        var printed = errors.stream().map(error -> error + "\n").collect(Collectors.joining());
        assertThat(printed).isEqualTo(parts[1]).doesNotContain("s3cr3t").doesNotContain("java.", "io.gatehouse");
    }
}
