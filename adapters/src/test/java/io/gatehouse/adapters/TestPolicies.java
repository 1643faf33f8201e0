package io.gatehouse.adapters;

import io.gatehouse.policy.AccessRequest;
import io.gatehouse.policy.Decision;
import io.gatehouse.policy.PolicyDecisionPoint;
import java.util.List;
import java.util.function.Predicate;

/** Permits what a predicate says. */
public record TestPolicies(Predicate<AccessRequest> permits) implements PolicyDecisionPoint {
    @Override
    public String version() {
        return "0".repeat(64);
    }

    @Override
    public Decision decide(AccessRequest request) {
        var verdict = permits.test(request) ? Decision.Verdict.PERMIT : Decision.Verdict.DENY;
        return new Decision(verdict, List.of(), version(), List.of(), List.of(), List.of());
    }
}
