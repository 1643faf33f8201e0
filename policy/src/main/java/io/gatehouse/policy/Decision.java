package io.gatehouse.policy;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The answer to an {@link AccessRequest}. A matching forbid denies; otherwise a matching permit is needed, and every
 * matching require-approval adds a demand that must be satisfied before the request may pass.
 *
 * @param verdict what follows
 * @param determining the policies that made it so: the forbids; or the permits and require-approvals; or none (no match)
 * @param determiningIds their ids, comma-separated, made once because decisions are kept and each is logged often
 * @param policyVersion the version of the policy set that judged: lower-case hexadecimal SHA-256 over its documents
 * @param reasons for people, one sentence each, lower case
 * @param errors conditions that failed to evaluate, whatever the verdict
 * @param approvals what must be satisfied; empty unless the verdict is {@link Verdict#NEEDS_APPROVAL}
 */
public record Decision(
        Verdict verdict,
        List<PolicyReference> determining,
        String determiningIds,
        String policyVersion,
        List<String> reasons,
        List<EvaluationError> errors,
        List<ApprovalDemand> approvals) {
    /** A decision that names its policies by itself. */
    public Decision(
            Verdict verdict,
            List<PolicyReference> determining,
            String policyVersion,
            List<String> reasons,
            List<EvaluationError> errors,
            List<ApprovalDemand> approvals) {
        this(verdict, determining, ids(determining), policyVersion, reasons, errors, approvals);
    }

    private static String ids(List<PolicyReference> policies) {
        return policies.stream().map(PolicyReference::id).collect(Collectors.joining(","));
    }

    public enum Verdict {
        PERMIT,
        DENY,
        NEEDS_APPROVAL
    }

    /**
     * A policy at the state in which it judged.
     *
     * @param hash lower-case hexadecimal SHA-256 of the document's canonical form
     */
    public record PolicyReference(String id, String hash) {}

    /** A condition that failed to evaluate. {@code message} never holds a value of the request. */
    public record EvaluationError(String policy, String message) {}
}
