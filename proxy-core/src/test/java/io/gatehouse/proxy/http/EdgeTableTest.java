package io.gatehouse.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.proxy.http.client.Http2RefusalTest;
import io.gatehouse.proxy.http.client.RefusalCorpus;
import io.gatehouse.proxy.http.target.RefusedAnswersTest;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** {@code docs/edge.md} and {@code docs/edge-h2.md} name every case and what it comes to, and every test that they name exists. */
class EdgeTableTest {
    private static final String HTTP1 = "edge.md";
    private static final String HTTP2 = "edge-h2.md";
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+)#(\\w+)`");
    /** What follows a status is the code of the problem document. */
    private static final Pattern STATUS = Pattern.compile("(\\d{3})\\b.*");

    private static final int COLUMNS = 3;

    private static String page(String name) throws IOException {
        return Files.readString(Path.of("..", "docs", name));
    }

    /** Every case that a page's tables name, and what the client sees of it. */
    private static Map<String, String> cases(String page) throws IOException {
        Map<String, String> named = new LinkedHashMap<>();
        boolean table = false;
        for (var line : page(page).lines().toList()) {
            table = table ? !line.isBlank() : line.endsWith("| cases |");
            var columns = line.split(" \\| ", -1);
            if (table && columns.length == COLUMNS) {
                var seen = STATUS.matcher(columns[1]).replaceAll("$1");
                for (var name : QUOTED.matcher(columns[2]).results().toList()) {
                    assertThat(named.put(name.group(1), seen))
                            .as("an earlier row of %s", name.group())
                            .isNull();
                }
            }
        }
        return named;
    }

    @Test
    void namesEveryCaseOverHttp1AndNoOther() throws IOException {
        assertThat(cases(HTTP1))
                .containsExactlyInAnyOrderEntriesOf(RefusalCorpus.refused()
                        .collect(Collectors.toMap(RefusalCorpus.Sent::name, sent -> String.valueOf(sent.status()))));
    }

    @Test
    void namesEveryCaseOverHttp2AndNoOther() throws IOException {
        var sent = Stream.of(
                        seen("reset, `%s`", Http2RefusalTest.malformed()),
                        Http2RefusalTest.answered()
                                .map(answered -> Map.entry(answered.name(), String.valueOf(answered.expected()))),
                        seen("GOAWAY, `%s`", Http2RefusalTest.fatal()))
                .flatMap(cases -> cases)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        assertThat(cases(HTTP2)).containsExactlyInAnyOrderEntriesOf(sent);
    }

    private static Stream<Map.Entry<String, String>> seen(String text, Stream<Http2RefusalTest.Case> cases) {
        return cases.map(refused -> Map.entry(
                refused.name(),
                text.formatted(Http2Error.valueOf(refused.expected()).name())));
    }

    @Test
    void namesEachClearCaseOnce() {
        assertThat(RefusalCorpus.clear().map(RefusalCorpus.Sent::name)).doesNotHaveDuplicates();
    }

    private static List<MatchResult> tests(String page) throws IOException {
        return TEST.matcher(page(page)).results().toList();
    }

    @Test
    void namesTestsThatExist() throws IOException {
        for (var page : List.of(HTTP1, HTTP2)) {
            var tests = tests(page);
            assertThat(tests).as(page).hasSizeGreaterThan(25);
            for (var test : tests) {
                assertThat(source(test.group(1))).as(test.group()).containsPattern("\\b" + test.group(2) + "\\(");
            }
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
    void namesEveryTestOfRefusalsOverHttp2() throws IOException {
        var tests = Stream.of(Http2RefusalTest.class.getDeclaredMethods())
                .filter(method ->
                        method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class))
                .map(method -> "`Http2RefusalTest#" + method.getName() + "`")
                .toList();
        assertThat(tests(HTTP2)).extracting(MatchResult::group).containsAll(tests);
    }

    @Test
    void saysHowManyRequestsThereAre() throws IOException {
        long refused = RefusalCorpus.refused().count();
        long clear = RefusalCorpus.clear().count();
        assertThat(page(HTTP1))
                .contains("HTTP/1.1, of " + (refused + clear) + " |")
                .contains("| Gatehouse refuses | " + refused + " |")
                .contains("The other " + clear + " and ")
                .contains("sends " + RefusedAnswersTest.heads().count() + " heads, `RefusedAnswersTest#breaksOffAt` "
                        + RefusedAnswersTest.bodies().count() + " bodies");
    }
}
