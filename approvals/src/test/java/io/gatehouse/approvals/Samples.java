package io.gatehouse.approvals;

import io.gatehouse.approvals.ApprovalDraft.Preview;
import io.gatehouse.policy.ApprovalDemand;
import io.gatehouse.policy.ApprovalLevel;
import io.gatehouse.policy.Attributes;
import io.gatehouse.policy.Decision.PolicyReference;
import io.gatehouse.policy.Principal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/** Approvals to test with: tenant {@code acme}, where the client {@code agent} asks and the users {@code ann} and {@code bob} decide. */
public final class Samples {
    public static final String TENANT = "acme";
    public static final String AGENT = "client:agent";
    public static final String DIGEST = "ab".repeat(32);
    public static final ApprovalLevel ONE_OF = level("approver", 1);
    public static final ApprovalLevel TWO_OF = level("approver", 2);
    public static final Principal ANN = user("ann", "approver");
    public static final Principal BOB = user("bob", "approver");

    private Samples() {}

    public static ApprovalLevel level(String role, int quorum) {
        return new ApprovalLevel(Set.of(role), Set.of(), quorum, Duration.ofHours(1));
    }

    public static Principal user(String id, String... roles) {
        return new Principal(TENANT, "user", id, Set.of(roles), Attributes.NONE);
    }

    public static ApprovalDraft draft(ApprovalLevel... levels) {
        return draft(DIGEST, levels);
    }

    public static ApprovalDraft draft(String requestDigest, ApprovalLevel... levels) {
        return draft(
                TENANT,
                "agent",
                requestDigest,
                List.of(new ApprovalDemand("dangerous", "deletes a customer", List.of(levels))));
    }

    public static ApprovalDraft draft(
            String tenant, String requesterId, String requestDigest, List<ApprovalDemand> demands) {
        var facts = new LinkedHashMap<String, String>();
        facts.put("risk", "80");
        facts.put("address", "192.0.2.7");
        return new ApprovalDraft(
                tenant,
                "client:" + requesterId,
                requesterId,
                "crm",
                "req-1",
                requestDigest,
                new Preview("crm: delete_customer", "{\"id\": 42, \"note\": \"Zoë\"}", facts),
                demands,
                List.of(new PolicyReference("dangerous", "cd".repeat(32))),
                "ef".repeat(32));
    }
}
