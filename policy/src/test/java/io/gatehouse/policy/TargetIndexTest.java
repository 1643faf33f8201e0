package io.gatehouse.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An indexed decision is the one that looking at every policy gives. */
class TargetIndexTest {
    private static final int SETS = 150;
    private static final int REQUESTS = 60;
    private static final List<String> WORDS = List.of("a", "ab", "abc", "b", "orders", "x.read", "x.write", "GET");
    private static final List<String> PATHS =
            List.of("/", "/a", "/ab", "/a/b", "/a/b/c", "/orders/17", "/orders/17/items", "/ab/");
    private static final List<String> PATTERNS =
            List.of("a", "a*", "*b", "x.*", "*.read", "*", "t:a", "t:*", "u:a*", "*:b", "GET", "t:*c", "orders");
    private static final List<String> PATH_PATTERNS =
            List.of("/a", "/a/**", "/**", "/*", "/a/*", "/orders/*/items", "/ab*", "path:/a/b", "*:/a/**", "t:a", "*");

    @ParameterizedTest
    @ValueSource(longs = {7, 42, 1848})
    void decidesAsTheNaiveSearch(long seed) {
        var random = new Random(seed);
        int permitted = 0;
        for (int s = 0; s < SETS; s++) {
            var set = PolicySet.compile(policies(random));
            for (int r = 0; r < REQUESTS; r++) {
                var request = request(random);
                var decision = set.decide(request);
                assertThat(decision).isEqualTo(set.decideNaively(request));
                permitted += decision.verdict() == Decision.Verdict.DENY ? 0 : 1;
            }
        }
        assertThat(permitted).isBetween(SETS * REQUESTS / 10, SETS * REQUESTS * 9 / 10);
    }

    private static List<PolicyDocument> policies(Random random) {
        return IntStream.range(0, 1 + random.nextInt(25))
                .mapToObj(i -> new PolicyDocument(
                        "p" + i,
                        null,
                        random.nextInt(5) > 0 ? Effect.PERMIT : one(random, List.of(Effect.values())),
                        target(random),
                        random.nextInt(4) == 0 ? "action.n > " + random.nextInt(5) : null,
                        random.nextInt(8) == 0 ? "action.n == 2" : null,
                        null,
                        null))
                .toList();
    }

    private static PolicyTarget target(Random random) {
        return new PolicyTarget(
                some(random, 8, PATTERNS).stream().filter(p -> !p.contains(":")).toList(),
                some(random, 5, PATTERNS),
                some(random, 3, PATTERNS).stream().filter(p -> !p.contains(":")).toList(),
                some(random, 2, PATTERNS),
                some(random, 2, PATH_PATTERNS),
                some(random, 5, PATTERNS).stream().filter(p -> !p.contains(":")).toList());
    }

    private static List<String> some(Random random, int rarity, List<String> from) {
        var chosen = new ArrayList<String>();
        if (random.nextInt(rarity) == 0) {
            for (int i = 0; i <= random.nextInt(3); i++) {
                chosen.add(one(random, from));
            }
        }
        return chosen;
    }

    private static <T> T one(Random random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static AccessRequest request(Random random) {
        var type = one(random, List.of("t", "u", "path"));
        var roles = random.nextInt(3) == 0
                ? Set.<String>of()
                : Set.copyOf(List.of(one(random, WORDS), one(random, WORDS), one(random, WORDS)));
        return new Requests.Asked(
                new Principal(one(random, WORDS), type, one(random, WORDS), roles, Attributes.NONE),
                new Action(type, one(random, WORDS), Attributes.of(Map.of("n", (long) random.nextInt(5)))),
                new Resource(
                        one(random, List.of("path", "t")),
                        random.nextBoolean() ? one(random, PATHS) : one(random, WORDS),
                        Attributes.NONE),
                Attributes.NONE,
                one(random, WORDS));
    }
}
