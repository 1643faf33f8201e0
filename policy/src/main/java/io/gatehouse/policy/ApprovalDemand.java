package io.gatehouse.policy;

import java.util.List;

/**
 * What a matching require-approval policy (or the approve filter's own condition) asks for.
 *
 * @param source the policy's id, or {@code approve} for the filter's own condition
 * @param reason for the approver, from the policy's {@code reason} or description
 * @param levels in order; empty where the configured defaults apply
 */
public record ApprovalDemand(String source, String reason, List<ApprovalLevel> levels) {
    public ApprovalDemand {
        levels = List.copyOf(levels);
    }
}
