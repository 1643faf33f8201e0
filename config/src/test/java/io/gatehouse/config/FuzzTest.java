package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whatever the text, loading ends with a result. Seeded, so that a failure comes back. */
final class FuzzTest {
    private static final String[] PIECES = {
        "version: 1",
        "\n",
        "  ",
        "- ",
        ": ",
        "{",
        "}",
        "[",
        "]",
        "&a ",
        "*a",
        "!x ",
        "${PORT}",
        "${",
        "$${",
        "#",
        "|",
        ">-",
        "'",
        "\"",
        "\t",
        "\\",
        "? ",
        "---",
        "...",
        "%YAML 1.2",
        "<<: *a",
        "~",
        "\u0000",
        "\uD800",
        "\uFEFF",
        "name: x",
        "routes:",
        "listeners:",
        "1e9",
        "@",
        "`",
        "\r",
        "\u0085",
        "\u2028"
    };

    @Test
    void everyMutationOfKnownFilesEndsWithAResult() throws IOException, URISyntaxException {
        var random = new Random(25);
        var seeds = new ArrayList<String>();
        for (var file : GoldenErrorsTest.cases().toList()) {
            if (Files.size(file) < 2_000) {
                seeds.add(Files.readString(file));
            }
        }
        int loaded = 0;
        for (int i = 0; i < 8_000; i++) {
            loaded += check(mutated(seeds.get(random.nextInt(seeds.size())), random)) ? 1 : 0;
        }
        assertThat(loaded).isLessThan(8_000);
    }

    @Test
    void everyMixOfPiecesEndsWithAResult() {
        var random = new Random(31);
        int refused = 0;
        for (int i = 0; i < 8_000; i++) {
            var text = random.ints(random.nextInt(40), 0, PIECES.length)
                    .mapToObj(piece -> PIECES[piece])
                    .collect(Collectors.joining());
            refused += check(text) ? 0 : 1;
        }
        assertThat(refused).isPositive();
    }

    private static String mutated(String seed, Random random) {
        var text = new StringBuilder(seed);
        for (int i = random.nextInt(4); i >= 0 && !text.isEmpty(); i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
                case 2 -> text.setCharAt(at, (char) random.nextInt(256));
                default -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(30))));
            }
        }
        return text.toString();
    }

    /** Whether the text was loaded; errors must stand in the text. */
    private static boolean check(String text) {
        return switch (Sample.loader().load("fuzz.yaml", text, Sample.class)) {
            case LoadResult.Loaded<Sample> loaded -> loaded.config() != null;
            case LoadResult.Rejected<Sample>(List<ConfigError> errors, var _) -> {
                assertThat(errors).as(text).isNotEmpty().allSatisfy(error -> {
                    assertThat(error.line()).isBetween(1, (int) text.lines().count() + 2);
                    assertThat(error.column()).isPositive();
                    assertThat(error.toString().lines()).hasSize(1);
                });
                yield false;
            }
        };
    }
}
