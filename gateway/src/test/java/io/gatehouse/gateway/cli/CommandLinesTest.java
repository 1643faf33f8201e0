package io.gatehouse.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.gateway.config.TestSource;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

final class CommandLinesTest {
    /** What a command left behind. */
    private record Ran(int exit, String out, String err) {}

    private static Ran run(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exit = CommandLines.create(TestSource.SOURCE, TestSource.ENVIRONMENT)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new Ran(exit, out.toString(), err.toString());
    }

    @Test
    void checkPrintsEachRouteWithItsFiltersInOrder() {
        var ran = run("check", "-c", "../config/examples/agents.yaml");

        assertThat(ran.err()).isEmpty();
        assertThat(ran.exit()).isZero();
        assertThat(ran.out().replace(System.lineSeparator(), "\n")).isEqualTo("""
                ../config/examples/agents.yaml: 1 route, 3 policies, 0 warnings
                  listens on 127.0.0.1:8080; admin on 127.0.0.1:9900

                route tools: POST,GET,DELETE any host /mcp -> tools
                  edge       request-id
                  identify   api-key
                  limit      rate-limit
                  authorize  authorize
                  approve    approve
                """);
    }

    @Test
    void checkWarnsOfWhatIsOpen() {
        var ran = run("check", "--config", "../config/examples/minimal.yaml");

        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).contains("1 route, 0 policies, 1 warning").contains("nothing guards it");
        assertThat(ran.err())
                .startsWith("warning: ../config/examples/minimal.yaml:15:14: routes[0].filters: nothing guards route");
    }

    @Test
    void checkPrintsErrorsOnStandardErrorOnly(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("gatehouse.yaml"), "version: 2\nservr: {}\n");

        var ran = run("check", "-c", file.toString());

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err().lines())
                .containsExactly(
                        file + ":1:10: version: expected 1, got `2`",
                        file + ":2:1: servr: unknown key (did you mean `server`?)",
                        "2 errors");
    }

    @Test
    void checkSaysThatAFileIsMissing(@TempDir Path folder) {
        var ran = run("check", "-c", folder.resolve("none.yaml").toString());

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err())
                .contains("none.yaml: the file does not exist (name one with `-c FILE`; `gatehouse quickstart`");
    }

    @Test
    void schemaIsJson() {
        var ran = run("schema");

        assertThat(ran.exit()).isZero();
        assertThat(JsonMapper.shared()
                        .readTree(ran.out())
                        .at("/properties/routes/type")
                        .asString())
                .isEqualTo("array");
    }

    @Test
    void versionNamesJdkAndTransport() {
        var ran = run("version");

        assertThat(ran.exit()).isZero();
        assertThat(ran.out())
                .containsPattern("gatehouse \\d+\\.\\d+")
                .contains("jdk " + Runtime.version())
                .containsPattern("transport (io_uring|epoll|nio)");
    }

    @Test
    void onlyTheStartOfAServiceGoesByTheParser() {
        assertThat(PlainRun.file("run", "-c", "a.yaml")).isEqualTo(Path.of("a.yaml"));
        assertThat(PlainRun.file("run", "--config", "a.yaml")).isEqualTo(Path.of("a.yaml"));
        for (var arguments : new String[][] {
            {},
            {"run"},
            {"run", "-c"},
            {"run", "--help", "a"},
            {"run", "-c", "--help"},
            {"check", "-c", "a"},
            {"run", "-c", "a", "b"}
        }) {
            assertThat(PlainRun.file(arguments)).as(String.join(" ", arguments)).isNull();
        }
    }

    @Test
    void wrongUsageExitsWithTwo() {
        for (var arguments : new String[][] {{}, {"chek"}, {"check", "--file"}, {"check", "extra"}}) {
            var ran = run(arguments);
            assertThat(ran.exit()).isEqualTo(2);
            assertThat(ran.out()).isEmpty();
            assertThat(ran.err()).isNotBlank();
        }
    }

    @Test
    void everyCommandHasADescriptionAnExampleAndLabelsInCapitals() {
        assertHelp(CommandLines.create(TestSource.SOURCE, TestSource.ENVIRONMENT));
    }

    private static void assertHelp(CommandLine command) {
        var spec = command.getCommandSpec();
        var usage = spec.usageMessage();
        assertThat(usage.description()).as(spec.qualifiedName()).isNotEmpty();
        assertThat(usage.footer()).as(spec.qualifiedName()).contains("Example:");
        for (var argument : spec.args()) {
            assertThat(argument.description()).as(spec.qualifiedName()).isNotEmpty();
            assertThat(argument.description()[0]).as(spec.qualifiedName()).matches("[A-Z`$d].*\\.");
            if (argument.arity().max() > 0) {
                assertThat(argument.paramLabel()).as(spec.qualifiedName()).matches("[A-Z|:@]+|table\\|json");
            }
        }
        command.getSubcommands().values().forEach(CommandLinesTest::assertHelp);
    }

    @Test
    void helpIsPlainText() {
        for (var arguments : new String[][] {{"--help"}, {"check", "--help"}, {"schema", "-h"}}) {
            var ran = run(arguments);
            assertThat(ran.exit()).isZero();
            assertThat(ran.err()).isEmpty();
            assertThat(ran.out()).startsWith("Usage: gatehouse").doesNotContain("\u001B");
        }
        assertThat(run("--help").out()).contains("check", "schema", "version");
        assertThat(run("check", "--help").out()).contains("gatehouse.yaml");
    }
}
