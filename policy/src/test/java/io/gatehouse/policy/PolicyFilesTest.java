package io.gatehouse.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.config.ConfigLoader;
import io.gatehouse.config.Decoders;
import io.gatehouse.config.LoadResult;
import io.gatehouse.config.Substitution;
import io.gatehouse.policy.condition.Condition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The policies that we show: they load, their tests pass, and so do those in the text about them. */
class PolicyFilesTest {
    private static final Path ROOT = Path.of("..");
    private static final Path EXAMPLES = ROOT.resolve("config/examples/policies");
    private static final Path DOCUMENT = ROOT.resolve("docs/policies.md");

    static Stream<Path> examples() throws IOException {
        try (var files = Files.list(EXAMPLES)) {
            return files.sorted().toList().stream();
        }
    }

    private static PolicyFile load(String name, String text) {
        var loader = new ConfigLoader(
                new ConfigLoader.Settings(Substitution.of(Map.of(), EXAMPLES), EXAMPLES, Decoders.none(), Set.of()));
        return switch (loader.load(name, text, PolicyFile.class)) {
            case LoadResult.Loaded<PolicyFile> loaded -> loaded.config();
            case LoadResult.Rejected<PolicyFile> rejected ->
                throw new AssertionError(rejected.errors().toString());
        };
    }

    private static List<String> blocks(String language) throws IOException {
        return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(DOCUMENT))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void testsOfAnExamplePass(Path example) throws IOException {
        var file = load(example.getFileName().toString(), Files.readString(example));

        assertThat(file.tests()).hasSizeGreaterThanOrEqualTo(4);
        assertThat(PolicyTests.run(file.policies(), file.tests()))
                .allSatisfy(
                        result -> assertThat(result.problem()).as(result.test()).isEmpty());
    }

    @Test
    void thereAreFiveExamples() throws IOException {
        assertThat(examples()).hasSize(5);
    }

    @Test
    void policiesInTheDocumentLoadAndTheirTestsPass() throws IOException {
        var blocks = blocks("yaml");

        assertThat(blocks).isNotEmpty();
        for (var block : blocks) {
            var file = load("policies.md", block);
            assertThat(PolicyTests.run(file.policies(), file.tests()))
                    .allSatisfy(result ->
                            assertThat(result.problem()).as(result.test()).isEmpty());
        }
    }

    @Test
    void conditionsInTheDocumentCompile() throws Exception {
        var lines = blocks("cel").stream()
                .flatMap(String::lines)
                .filter(line -> !line.isBlank())
                .toList();

        assertThat(lines).hasSizeGreaterThan(5);
        for (var line : lines) {
            assertThat(Condition.compile(line).source()).isEqualTo(line);
        }
    }

    @Test
    void aTestThatFailsSaysWhatCameInstead() {
        var file = load("failing.yaml", """
                policies:
                  - { id: p, effect: permit }
                tests:
                  - name: wrong verdict
                    request: { action: { id: GET }, resource: { id: / } }
                    expect: deny
                  - name: wrong cause
                    request: { action: { id: GET }, resource: { id: / } }
                    expect: permit
                    because: [q]
                """);

        assertThat(PolicyTests.run(file.policies(), file.tests()))
                .extracting(PolicyTests.Result::problem)
                .containsExactly(
                        "expected `deny`, got `permit`: policy `p` permits this", "expected because of [q], got [p]");
    }
}
