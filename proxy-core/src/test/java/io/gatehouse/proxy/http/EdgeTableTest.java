package io.gatehouse.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.proxy.http.client.RefusalCorpus;
import io.gatehouse.proxy.http.target.RefusedAnswersTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/edge.md} names every case, and every test that it names exists. */
class EdgeTableTest {
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+)#(\\w+)`");
    private static final int CASES = 3;

    private static String page() throws IOException {
        return Files.readString(Path.of("..", "docs", "edge.md"));
    }

    private static Set<String> cases() throws IOException {
        Set<String> named = new LinkedHashSet<>();
        boolean table = false;
        for (var line : page().lines().toList()) {
            table = table ? !line.isBlank() : line.endsWith("| cases |");
            var columns = line.split(" \\| ", -1);
            if (table && columns.length == CASES) {
                QUOTED.matcher(columns[2]).results().forEach(match -> named.add(match.group(1)));
            }
        }
        return named;
    }

    @Test
    void namesEveryCaseThatIsRefusedAndNoOther() throws IOException {
        assertThat(cases())
                .containsExactlyInAnyOrderElementsOf(
                        RefusalCorpus.refused().map(RefusalCorpus.Sent::name).collect(Collectors.toSet()));
    }

    @Test
    void namesEachCaseOnce() {
        assertThat(RefusalCorpus.refused().map(RefusalCorpus.Sent::name)).doesNotHaveDuplicates();
        assertThat(RefusalCorpus.clear().map(RefusalCorpus.Sent::name)).doesNotHaveDuplicates();
    }

    @Test
    void namesTestsThatExist() throws IOException {
        var tests = TEST.matcher(page()).results().toList();
        assertThat(tests).hasSizeGreaterThan(30);
        for (var test : tests) {
            assertThat(source(test.group(1))).as(test.group()).containsPattern("\\b" + test.group(2) + "\\(");
        }
    }

    private static String source(String className) throws IOException {
        try (var files = Files.walk(Path.of(".."), 12)) {
            var file = files.filter(path -> path.endsWith(className + ".java"))
                    .filter(path -> path.toString()
                            .contains("src" + path.getFileSystem().getSeparator() + "test"))
                    .findFirst();
            assertThat(file).as(className).isPresent();
            return Files.readString(file.orElseThrow());
        }
    }

    @Test
    void saysHowManyRequestsThereAre() throws IOException {
        long refused = RefusalCorpus.refused().count();
        long clear = RefusalCorpus.clear().count();
        assertThat(page())
                .contains("Of " + (refused + clear) + " requests")
                .contains("| Gatehouse | " + refused + " |")
                .contains("The other " + clear + " are unusual but clear")
                .contains("sends " + RefusedAnswersTest.heads().count() + " heads, `RefusedAnswersTest#breaksOffAt` "
                        + RefusedAnswersTest.bodies().count() + " bodies");
    }
}
