package io.gatehouse.policy;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The approval that a require-approval policy asks for.
 *
 * @param levels in order, each satisfied before the next begins; empty where the configured defaults apply
 */
public record PolicyApproval(List<Level> levels) {
    public PolicyApproval {
        levels = List.copyOf(levels);
    }

    /**
     * One level as written; {@link ApprovalLevel} is what it becomes.
     *
     * @param quorum distinct approvers, 1-20, default 1
     * @param within 1 s - 30 d, default 1 h
     */
    public record Level(
            Approvers approvers,
            @Nullable Integer quorum,
            @Nullable Duration within) {
        public Level {
            quorum = quorum == null ? Integer.valueOf(1) : quorum;
            within = within == null ? Duration.ofHours(1) : within;
        }
    }

    /**
     * Who may approve.
     *
     * @param role short for one of {@code roles}
     * @param roles any of these roles makes an approver
     * @param names any of these ids makes an approver
     */
    public record Approvers(@Nullable String role, List<String> roles, List<String> names) {
        public Approvers {
            roles = List.copyOf(roles);
            names = List.copyOf(names);
        }
    }
}
