package io.gatehouse.policy;

import java.util.Comparator;
import java.util.List;

/** Policies, compiled: the decision point that every request meets. Immutable; what it keeps for speed is bounded. */
public final class PolicySet implements PolicyDecisionPoint {
    private final List<CompiledPolicy> policies;
    private final TargetIndex index;
    private final Matched none;
    private final String version;
    private final Decision broken;

    private PolicySet(List<CompiledPolicy> policies) {
        this.policies = policies.stream()
                .sorted(Comparator.comparing(CompiledPolicy::id))
                .toList();
        this.version = CanonicalForm.version(
                policies.stream().map(CompiledPolicy::reference).toList());
        this.index = new TargetIndex(this.policies);
        this.none = Matched.none(version);
        this.broken = new Decision(
                Decision.Verdict.DENY,
                List.of(),
                version,
                List.of("the request could not be judged"),
                List.of(),
                List.of());
    }

    /**
     * Compiles {@code documents}, whose order means nothing.
     *
     * @throws InvalidPoliciesException with everything that is wrong, where anything is
     */
    public static PolicySet compile(List<PolicyDocument> documents) {
        return new PolicySet(new PolicyCompiler().compile(documents));
    }

    @Override
    public String version() {
        return version;
    }

    /** How many policies there are. */
    public int size() {
        return policies.size();
    }

    @Override
    @SuppressWarnings("CatchingUnchecked") // a request is foreign code: whatever it throws is a denial
    public Decision decide(AccessRequest request) {
        try {
            return index.judge(request, none).decision();
        } catch (RuntimeException | StackOverflowError e) {
            return broken;
        }
    }

    /** What every policy makes of {@code request}. Slow: it looks at all of them. */
    public Explanation explain(AccessRequest request) {
        return Explanation.of(policies, request, decide(request));
    }

    int keptDecisions() {
        return none.kept();
    }

    /** The decision by looking at every policy, for tests of the index. */
    Decision decideNaively(AccessRequest request) {
        var matched = none;
        for (var policy : policies) {
            if (policy.target().mismatch(request) == null) {
                matched = matched.judge(policy, request);
            }
        }
        return matched.decision();
    }
}
