package io.gatehouse.policy.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.policy.Requests;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionTest {
    private static final String TOO_LONG = "principal.x == '" + "a".repeat(4_100) + "'";

    private static Truth evaluate(String source, Map<String, ?> action) throws InvalidConditionException {
        return Condition.compile(source).evaluate(Requests.get().action("http", "GET", action));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "action.risk >=           | 1:15: mismatched input '<EOF>'",
                "1 + 1                    | 1:3: expected type 'bool' but found 'int'",
                "nobody.id == 'x'         | 1:1: undeclared reference to 'nobody'",
                "principal.id == 'a       | 1:17: token recognition error",
                "size(principal) > 0      | 1:6: `principal` can only be read as `principal.NAME`",
                "principal == action      | 1:1: `principal` can only be read as `principal.NAME`",
                "action[principal.id] == 1 | 1:1: `action` can only be read as `action.NAME`",
                "action.x.matches(action.y) | 1:17: `matches` takes a literal pattern only",
                "action.x.matches('(')    | 1:17: the pattern of `matches` is not a regular expression",
                "[1].all(action, true)    | `action` names a variable of its own already",
                "[1].all(e, (e == 1 && action.x) == true) | a logical expression cannot be a value here",
            })
    void refusesWithAPosition(String source, String problem) {
        assertThatThrownBy(() -> Condition.compile(source))
                .isInstanceOf(InvalidConditionException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void reportsEveryProblem() {
        assertThatThrownBy(() -> Condition.compile("a == 1 && b == 2"))
                .isInstanceOfSatisfying(
                        InvalidConditionException.class,
                        e -> assertThat(e.problems())
                                .hasSize(2)
                                .allMatch(problem -> problem.contains("undeclared reference")));
    }

    @Test
    void boundsWhatItCompiles() {
        for (var source : List.of(
                TOO_LONG,
                "(".repeat(500) + "true" + ")".repeat(500),
                "1" + " + 1".repeat(1_000) + " == 1",
                "[".repeat(300) + "]".repeat(300) + " == []",
                "principal.x" + ".x".repeat(1_000) + " == 1",
                "action.x.matches('" + "(a{1000}){3}" + "')")) {
            assertThatThrownBy(() -> Condition.compile(source))
                    .as(source.substring(0, 10))
                    .isInstanceOf(InvalidConditionException.class);
        }
    }

    @Test
    void runsTheCommonOperatorsOnOwnNodes() throws Exception {
        for (var source : List.of(
                "action.risk >= 70 && principal.id != 'root'",
                "'admin' in principal.roles || action.id in ['GET', 'HEAD']",
                "has(action.arguments.amount) && action.arguments.items[0].price * 2.0 < 10.0",
                "context.address.startsWith('10.') ? size(context.headers) < 50 : false",
                "context.headers['user-agent'].matches('^curl/[0-9.]+$')")) {
            assertThat(Condition.compile(source).compiled()).as(source).isTrue();
        }
        assertThat(Condition.compile("action.items.all(i, i.price < 10)").compiled())
                .isFalse();
    }

    @Test
    void failuresNeverQuoteTheRequest() throws Exception {
        var secret = Map.of("x", "s3cret", "list", List.of("s3cret"), "map", Map.of("s3cret", 1L));
        for (var source : List.of(
                "action.x > 5",
                "action.x.y == 1",
                "action.list[4] == 1",
                "int(action.x) == 1",
                "action.map.other == 1",
                "timestamp(action.x) == timestamp(action.x)",
                "action.list.all(e, int(e) == 1)",
                "action.x + 1 == 2",
                "action.x")) {
            assertThat(evaluate(source, secret))
                    .as(source)
                    .isInstanceOfSatisfying(
                            Truth.Failure.class,
                            failure -> assertThat(failure.message()).doesNotContain("s3cret"));
        }
    }

    @Test
    void jsonNullIsAValue() throws Exception {
        var nulls = new HashMap<String, @Nullable Object>();
        nulls.put("none", null);
        var list = new ArrayList<@Nullable Object>();
        list.add(null);
        var arguments = Map.of("map", nulls, "list", list);

        for (var source : List.of(
                "action.map.none == null",
                "has(action.map.none)",
                "action.list == [null]",
                "null in action.list",
                "action.list.all(e, e == null)",
                "!(action.map.none in ['a'])")) {
            assertThat(evaluate(source, arguments)).as(source).isEqualTo(Truth.TRUE);
        }
    }

    @Test
    void confusedTypesFail() throws Exception {
        for (var source : List.of("action.x < 5", "action.x && true", "action.x.startsWith('a')", "!action.x")) {
            for (var value : List.of(Map.of(), List.of(1L), 'c', new byte[3], new Object())) {
                assertThat(evaluate(source, Map.of("x", value)))
                        .as("%s of %s", source, value.getClass())
                        .isInstanceOf(Truth.Failure.class);
            }
        }
        assertThat(evaluate("action.x < 5", Map.of("x", 4))).isEqualTo(Truth.TRUE);
        assertThat(evaluate("action.x < 5", Map.of("x", 4.5f))).isEqualTo(Truth.TRUE);
    }

    @Test
    void deeplyNestedValuesFailAndDoNotBreak() throws Exception {
        Object deep = "bottom";
        Object other = "bottom";
        for (int i = 0; i < 100_000; i++) {
            deep = List.of(deep);
            other = List.of(other);
        }
        for (var source : List.of("action.x == action.y", "action.x in [action.y]", "action.x.all(e, e == 1)")) {
            assertThat(evaluate(source, Map.of("x", deep, "y", other)))
                    .as(source)
                    .isInstanceOf(Truth.Failure.class);
        }
    }

    @Test
    void boundsComprehensionsOverLargeLists() throws Exception {
        var large = new ArrayList<Long>();
        for (long i = 0; i < 1_000_000; i++) {
            large.add(i);
        }
        var arguments = Map.of("large", large);

        assertThat(evaluate("action.large.all(e, e >= 0)", arguments)).isInstanceOf(Truth.Failure.class);
        assertThat(evaluate("action.large.map(a, action.large.map(b, a * b)) == []", arguments))
                .isInstanceOf(Truth.Failure.class);
        assertThat(evaluate("size(action.large) == 1000000 && 999999 in action.large", arguments))
                .isEqualTo(Truth.TRUE);
    }

    @Test
    void regularExpressionsTakeLinearTime() throws Exception {
        var condition = Condition.compile("action.x.matches('^(a+)+$') || action.x.matches('(a|aa)+$')");
        var request = Requests.get().action("http", "GET", Map.of("x", "a".repeat(50_000) + "!"));
        long start = System.nanoTime();

        assertThat(condition.evaluate(request)).isEqualTo(Truth.FALSE);
        assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
    }

    @Test
    void comparesTextByCodeUnitAndCountsCodePoints() throws Exception {
        var text = Map.of("x", "\uD83D\uDE00", "y", "e\u0301");

        assertThat(evaluate("size(action.x) == 1 && action.y != 'é' && action.x.contains('😀')", text))
                .isEqualTo(Truth.TRUE);
    }

    @Test
    void attributesThatThrowAreAFailure() throws Exception {
        var condition = Condition.compile("context.x == 1");
        var request = Requests.get().context(name -> {
            throw new IllegalStateException("s3cret");
        });

        assertThat(condition.evaluate(request))
                .isInstanceOfSatisfying(
                        Truth.Failure.class,
                        failure -> assertThat(failure.message()).doesNotContain("s3cret"));
    }
}
