package io.gatehouse.policy;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Runs the tests that stand beside policies. */
public final class PolicyTests {
    private PolicyTests() {}

    /**
     * What came of one test.
     *
     * @param problem what was expected and what came instead; empty where the test passed
     */
    public record Result(String test, Decision decision, String problem) {
        public boolean passed() {
            return problem.isEmpty();
        }
    }

    /** Compiles {@code policies} and asks them every question of {@code tests}, in order. */
    public static List<Result> run(List<PolicyDocument> policies, List<PolicyTest> tests) {
        var set = PolicySet.compile(policies);
        return tests.stream().map(test -> run(set, test)).toList();
    }

    private static Result run(PolicySet policies, PolicyTest test) {
        var decision = policies.decide(new Question(test.request()));
        return new Result(test.name(), decision, problem(test, decision));
    }

    private static String problem(PolicyTest test, Decision decision) {
        if (decision.verdict() != test.expect()) {
            return "expected `" + word(test.expect()) + "`, got `" + word(decision.verdict()) + "`: "
                    + String.join("; ", decision.reasons());
        }
        var because = decision.determining().stream()
                .map(Decision.PolicyReference::id)
                .sorted()
                .toList();
        var expected = test.because().stream().sorted().toList();
        return expected.isEmpty() || expected.equals(because)
                ? ""
                : "expected because of " + expected + ", got " + because;
    }

    private static String word(Decision.Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A test's request as the data plane would ask it. */
    private record Question(Principal principal, Action action, Resource resource, Attributes context, String routeName)
            implements AccessRequest {
        Question(PolicyTest.Request written) {
            this(
                    principal(written),
                    new Action(
                            Objects.requireNonNullElse(written.action().type(), "http"),
                            written.action().id(),
                            attributes(written.action().attributes())),
                    new Resource(
                            Objects.requireNonNullElse(written.resource().type(), "path"),
                            written.resource().id(),
                            attributes(written.resource().attributes())),
                    attributes(written.context()),
                    Objects.requireNonNullElse(written.route(), ""));
        }

        private static Principal principal(PolicyTest.Request written) {
            var caller = written.principal();
            return caller == null
                    ? Principal.ANONYMOUS
                    : new Principal(
                            Objects.requireNonNull(caller.tenant()),
                            Objects.requireNonNull(caller.type()),
                            caller.id(),
                            Set.copyOf(caller.roles()),
                            attributes(caller.attributes()));
        }

        private static Attributes attributes(Map<String, Object> values) {
            return values::get;
        }
    }
}
