package io.gatehouse.approvals;

import io.gatehouse.policy.ApprovalDemand;
import io.gatehouse.policy.Decision.PolicyReference;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is asked of the approvers.
 *
 * @param tenant whose approval it is
 * @param requester who asks, {@code type:id}
 * @param requesterId the id alone: no approver with this id may vote
 * @param route the route that stopped it
 * @param requestId the request that opened it
 * @param requestDigest {@link RequestDigest} of what may run, lower-case hexadecimal
 * @param preview what the approver sees
 * @param demands why, and which levels; never empty
 * @param policies what determined it
 * @param policyVersion version of the policy set that judged
 */
public record ApprovalDraft(
        String tenant,
        String requester,
        String requesterId,
        String route,
        String requestId,
        String requestDigest,
        Preview preview,
        List<ApprovalDemand> demands,
        List<PolicyReference> policies,
        String policyVersion) {
    public ApprovalDraft {
        demands = List.copyOf(demands);
        policies = List.copyOf(policies);
    }

    /**
     * What an approver sees: plain text throughout, bound by the decision digest.
     *
     * @param title one line, such as {@code DELETE /customers/42} or {@code crm: delete_customer}
     * @param body arguments or body, cut at a stated length
     * @param facts further facts by label, such as client address, risk, host; in order
     */
    public record Preview(String title, String body, Map<String, String> facts) {
        public Preview {
            facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
        }
    }
}
