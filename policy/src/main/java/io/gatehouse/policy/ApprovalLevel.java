package io.gatehouse.policy;

import java.time.Duration;
import java.util.Set;

/**
 * One level of an approval: who may approve, how many of them must, and by when.
 *
 * @param roles any of these roles makes an approver
 * @param names any of these ids makes an approver
 * @param quorum how many distinct approvers, 1-20
 * @param within after this the level expires, 1 s - 30 d
 */
public record ApprovalLevel(Set<String> roles, Set<String> names, int quorum, Duration within) {
    public ApprovalLevel {
        roles = Set.copyOf(roles);
        names = Set.copyOf(names);
        if (roles.isEmpty() && names.isEmpty()) {
            throw new IllegalArgumentException("approvers: expected a role or a name");
        }
        if (quorum < 1 || quorum > 20) {
            throw new IllegalArgumentException("quorum: expected 1 to 20, got `" + quorum + "`");
        }
        if (within.compareTo(Duration.ofSeconds(1)) < 0 || within.compareTo(Duration.ofDays(30)) > 0) {
            throw new IllegalArgumentException("within: expected 1s to 30d, got `" + within + "`");
        }
    }

    /** Whether {@code approver} may vote on this level. */
    public boolean admits(Principal approver) {
        return names.contains(approver.id()) || approver.roles().stream().anyMatch(roles::contains);
    }
}
