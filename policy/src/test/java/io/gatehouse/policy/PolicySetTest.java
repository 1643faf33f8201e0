package io.gatehouse.policy;

import static io.gatehouse.policy.Documents.forbid;
import static io.gatehouse.policy.Documents.permit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PolicySetTest {
    @Test
    void reportsEverythingThatIsWrongAtOnce() {
        var target = new PolicyTarget(
                List.of(), List.of(), List.of("a b"), List.of("http:GET", ""), List.of("/a/**/b"), List.of());
        var level =
                new PolicyApproval.Level(new PolicyApproval.Approvers(null, List.of(), List.of()), 0, Duration.ZERO);
        var documents = List.of(
                new PolicyDocument("one", null, Effect.PERMIT, target, "action.x >", "nobody", null, null),
                new PolicyDocument(
                        "one",
                        null,
                        Effect.FORBID,
                        null,
                        null,
                        null,
                        "x".repeat(2_000),
                        new PolicyApproval(List.of(level))),
                permit("not an id", null));

        assertThatThrownBy(() -> PolicySet.compile(documents))
                .isInstanceOfSatisfying(
                        InvalidPoliciesException.class,
                        e -> assertThat(e.problems())
                                .extracting(p -> p.index() + " " + p.policy() + " " + p.field())
                                .containsExactlyInAnyOrder(
                                        "0 one target.roles[0]",
                                        "0 one target.actions[1]",
                                        "0 one target.resources[0]",
                                        "0 one when",
                                        "0 one unless",
                                        "1 one id",
                                        "1 one reason",
                                        "1 one approval",
                                        "1 one approval.levels[0]",
                                        "2 not an id id"));
    }

    @Test
    void boundsTheNumberOfPoliciesAndPatterns() {
        var many = IntStream.rangeClosed(0, PolicyCompiler.MAX_POLICIES)
                .mapToObj(i -> permit("p" + i, null))
                .toList();
        var patterns = IntStream.range(0, 300).mapToObj(i -> "a" + i).toArray(String[]::new);

        assertThatThrownBy(() -> PolicySet.compile(many)).hasMessageContaining("expected at most 100000");
        assertThatThrownBy(() -> PolicySet.compile(
                        List.of(Documents.policy("p", Effect.PERMIT, Documents.actions(patterns), null))))
                .hasMessageContaining("target.actions: expected at most 256, got 300");
    }

    @Test
    void aRequestThatThrowsIsDenied() {
        var set = PolicySet.compile(List.of(Documents.policy("p", Effect.PERMIT, Documents.actions("GET"), null)));

        assertThat(set.decide(new Broken()).verdict()).isEqualTo(Decision.Verdict.DENY);
        assertThat(set.decide(new Broken()).reasons()).containsExactly("the request could not be judged");
    }

    /** Throws whatever it is asked. */
    private record Broken() implements AccessRequest {
        @Override
        public Principal principal() {
            throw new IllegalStateException("no principal");
        }

        @Override
        public Action action() {
            throw new IllegalStateException("no action");
        }

        @Override
        public Resource resource() {
            throw new IllegalStateException("no resource");
        }

        @Override
        public Attributes context() {
            throw new IllegalStateException("no context");
        }

        @Override
        public String routeName() {
            throw new IllegalStateException("no route");
        }
    }

    @Test
    void keepsABoundedNumberOfDecisions() {
        var policies = IntStream.range(0, 20)
                .mapToObj(i -> permit("p" + i, "action.bits[" + i + "]"))
                .toList();
        var set = PolicySet.compile(policies);

        for (int mask = 0; mask < 12_000; mask++) {
            var bits = new ArrayList<Boolean>();
            for (int i = 0; i < 20; i++) {
                bits.add(((mask >> i) & 1) == 1);
            }
            var decision = set.decide(Requests.get().action("http", "GET", Map.of("bits", bits)));
            assertThat(decision.determining()).hasSize(Integer.bitCount(mask));
        }
        assertThat(set.keptDecisions()).isLessThanOrEqualTo(Matched.MAX_KEPT + 1);
    }

    @Test
    void decidesAlikeFromManyThreads() throws Exception {
        var set = PolicySet.compile(List.of(
                permit("p", "action.n % 2 == 0"), permit("q", "action.n % 3 == 0"), forbid("f", "action.n % 5 == 0")));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = IntStream.range(0, 200)
                    .mapToObj(n -> threads.submit(() ->
                            set.decide(Requests.get().action("http", "GET", Map.of("n", (long) n)))))
                    .toList();
            for (int n = 0; n < answers.size(); n++) {
                boolean permitted = n % 5 != 0 && (n % 2 == 0 || n % 3 == 0);
                assertThat(answers.get(n).get().verdict())
                        .as("n = %d", n)
                        .isEqualTo(permitted ? Decision.Verdict.PERMIT : Decision.Verdict.DENY);
            }
        }
    }
}
