package io.gatehouse.gateway.config;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.policy.ApprovalLevel;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How approvals are given. */
public record ApprovalsConfig(@Default("{}") Defaults defaults) {

    /** For policies and filters that ask for an approval without saying whose. */
    public record Defaults(
            @Doc("in order; left out: one approver within 1h")
            List<Level> levels) {
        public Defaults {
            if (levels.isEmpty()) {
                levels = List.of(new Level(new Approvers("approver", Set.of(), Set.of()), 1, Duration.ofHours(1)));
            }
            if (levels.size() > 1) {
                throw new IllegalArgumentException("levels: expected one, several are not supported by this version");
            }
        }

        public List<ApprovalLevel> toLevels() {
            return levels.stream().map(Level::toLevel).toList();
        }
    }

    /** One level as the file writes it. */
    public record Level(
            Approvers approvers,

            @Doc("how many distinct approvers, 1 to 20") @Default("1")
            int quorum,

            @Doc("after this the level expires, 1s to 30d") @Default("1h")
            Duration within) {
        public Level {
            level(approvers, quorum, within);
        }

        public ApprovalLevel toLevel() {
            return level(approvers, quorum, within);
        }

        private static ApprovalLevel level(Approvers approvers, int quorum, Duration within) {
            var roles = new HashSet<>(approvers.roles());
            if (approvers.role() != null) {
                roles.add(approvers.role());
            }
            return new ApprovalLevel(roles, approvers.names(), quorum, within);
        }
    }

    /** Who may approve: any of the roles, or any of the names. */
    public record Approvers(
            @Doc("short for one of roles") @Nullable String role, Set<String> roles, Set<String> names) {}
}
