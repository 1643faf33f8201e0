package io.gatehouse.filters.approve;

import io.gatehouse.approvals.Approvals;
import io.gatehouse.policy.ApprovalDemand;
import io.gatehouse.policy.ApprovalLevel;
import io.gatehouse.policy.condition.Condition;
import io.gatehouse.policy.condition.InvalidConditionException;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterFactory;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Services;
import java.util.HashSet;
import java.util.Set;

/** Makes {@code approve} filters. */
public final class ApproveFactory implements FilterFactory<ApproveConfig> {
    @Override
    public String name() {
        return "approve";
    }

    @Override
    public Class<ApproveConfig> configType() {
        return ApproveConfig.class;
    }

    @Override
    public Phase phase(ApproveConfig config) {
        return Phase.APPROVE;
    }

    @Override
    public Filter create(ApproveConfig config, Services services) {
        var approvals = services.require(Approvals.class);
        return new ApproveFilter(demands(config), approvals, config, new RunLog(approvals, services.meters()));
    }

    private static Demands demands(ApproveConfig config) {
        var source = config.when();
        if (source == null) {
            return new Demands(null, null);
        }
        var own = new ApprovalDemand(
                "approve",
                "this route asks for an approval",
                config.levels().stream().map(ApproveFactory::level).toList());
        try {
            return new Demands(Condition.compile(source), own);
        } catch (InvalidConditionException invalid) {
            throw new IllegalArgumentException("when: " + String.join("; ", invalid.problems()), invalid);
        }
    }

    private static ApprovalLevel level(ApproveConfig.Level level) {
        var roles = new HashSet<String>(level.approvers().roles());
        var role = level.approvers().role();
        if (role != null) {
            roles.add(role);
        }
        try {
            return new ApprovalLevel(roles, Set.copyOf(level.approvers().names()), level.quorum(), level.within());
        } catch (IllegalArgumentException invalid) {
            throw new IllegalArgumentException("levels: " + invalid.getMessage(), invalid);
        }
    }
}
