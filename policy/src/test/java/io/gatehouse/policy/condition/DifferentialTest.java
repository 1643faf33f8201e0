package io.gatehouse.policy.condition;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.policy.AccessRequest;
import io.gatehouse.policy.Attributes;
import io.gatehouse.policy.Requests;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Own nodes answer what CEL's planner answers for the whole expression: the value, and whether it failed. */
class DifferentialTest {
    private static final int EXPRESSIONS = 500;
    private static final int REQUESTS = 12;

    @ParameterizedTest
    @ValueSource(longs = {1, 20260728, 4711})
    void answersAsThePlanner(long seed) throws Exception {
        var random = new Random(seed);
        var requests = new ArrayList<AccessRequest>();
        for (int i = 0; i < REQUESTS; i++) {
            requests.add(request(random));
        }
        var expressions = new Expressions(random);
        int compiled = 0;
        int own = 0;
        int failed = 0;
        int truths = 0;
        while (compiled < EXPRESSIONS) {
            var source = expressions.bool(4);
            Condition condition;
            try {
                condition = Condition.compile(source);
            } catch (InvalidConditionException e) {
                continue;
            }
            compiled++;
            own += condition.compiled() ? 1 : 0;
            var planned = new PlannedCompiler(CelLanguage.check(source))
                    .compile(CelLanguage.check(source).getExpr());
            for (var request : requests) {
                var expected = planned.eval(request);
                var actual = condition.evaluate(request);
                failed += actual instanceof Truth.Failure ? 1 : 0;
                truths += actual == Truth.Known.TRUE ? 1 : 0;
                assertThat(word(actual))
                        .as("%s (planner: %s)", source, expected)
                        .isEqualTo(word(expected));
            }
        }
        assertThat(own).as("expressions without a planned part").isGreaterThan(EXPRESSIONS / 2);
        assertThat(failed).as("failures").isBetween(compiled, compiled * REQUESTS * 3 / 4);
        assertThat(truths).as("true").isGreaterThan(compiled);
    }

    @Test
    void isStricterThanThePlannerWhereItComparesTheErrorOfALogicalOperator() throws Exception {
        var condition = Condition.compile("(principal.missing && true) == false");

        assertThat(condition.evaluate(Requests.get())).isInstanceOf(Truth.Failure.class);
    }

    private static String word(Object outcome) {
        return switch (outcome) {
            case Truth.Known known -> known.name();
            case Boolean value -> value ? "TRUE" : "FALSE";
            default -> "FAILURE";
        };
    }

    private static AccessRequest request(Random random) {
        var attributes = new HashMap<String, Object>();
        for (var name : Expressions.NAMES) {
            if (random.nextInt(4) > 0) {
                attributes.put(name, value(random, 3));
            }
        }
        var roles = random.nextBoolean() ? new String[] {"a", "admin"} : new String[] {"b"};
        return Requests.get()
                .principal(Requests.client(Expressions.TEXTS.get(random.nextInt(Expressions.TEXTS.size())), roles))
                .action("http", "GET", attributes)
                .context(context(random));
    }

    private static Attributes context(Random random) {
        var values = new HashMap<String, Object>();
        for (var name : Expressions.NAMES) {
            values.put(name, value(random, 2));
        }
        return values::get;
    }

    private static Object value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 10 : 7)) {
            case 0, 1 -> Expressions.TEXTS.get(random.nextInt(Expressions.TEXTS.size()));
            case 2 -> random.nextBoolean();
            case 3, 4 -> Expressions.INTS[random.nextInt(Expressions.INTS.length)];
            case 5, 6 -> Expressions.DOUBLES[random.nextInt(Expressions.DOUBLES.length)];
            case 7 -> List.of(value(random, depth - 1), value(random, depth - 1));
            case 8 -> List.of("a", "b", Expressions.TEXTS.get(random.nextInt(Expressions.TEXTS.size())));
            default -> {
                var map = new HashMap<String, Object>();
                for (var name : Expressions.NAMES) {
                    if (random.nextBoolean()) {
                        map.put(name, value(random, depth - 1));
                    }
                }
                yield Map.copyOf(map);
            }
        };
    }

    @Test
    void readsReservedFieldsAsThePlanner() throws Exception {
        for (var source : List.of(
                "principal.type == 'client' && principal.id == 'ci' && principal.tenant == 'default'",
                "action.type == 'http' && action.id == 'GET' && resource.type == 'path'",
                "resource.id == '/orders/17' && 'agent' in principal.roles && size(principal.roles) == 2",
                "principal.roles == ['agent', 'reader'] && principal.roles.exists(r, r == 'reader')")) {
            var request = Requests.get();
            var ast = CelLanguage.check(source);

            assertThat(new PlannedCompiler(ast).compile(ast.getExpr()).eval(request))
                    .isEqualTo(true);
            assertThat(Condition.compile(source).evaluate(request)).isEqualTo(Truth.TRUE);
        }
    }
}
