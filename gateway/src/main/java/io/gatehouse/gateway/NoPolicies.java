package io.gatehouse.gateway;

import io.gatehouse.policy.AccessRequest;
import io.gatehouse.policy.Decision;
import io.gatehouse.policy.PolicyDecisionPoint;
import java.util.List;

/** Before the first configuration: whatever is asked is denied. */
record NoPolicies() implements PolicyDecisionPoint {
    @Override
    public String version() {
        return "none";
    }

    @Override
    public Decision decide(AccessRequest request) {
        return new Decision(
                Decision.Verdict.DENY, List.of(), version(), List.of("no policy is loaded"), List.of(), List.of());
    }
}
