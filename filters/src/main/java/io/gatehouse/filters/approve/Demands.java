package io.gatehouse.filters.approve;

import io.gatehouse.policy.ApprovalDemand;
import io.gatehouse.policy.condition.Condition;
import io.gatehouse.policy.condition.Truth;
import io.gatehouse.proxy.filter.Exchange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a request has to have agreed: what the policies demand, and what the filter's own condition adds. */
final class Demands {
    private static final Logger LOG = LoggerFactory.getLogger(Demands.class);

    private final @Nullable Condition when;
    private final @Nullable ApprovalDemand own;

    /** Both or neither are {@code null}. */
    Demands(@Nullable Condition when, @Nullable ApprovalDemand own) {
        this.when = when;
        this.own = own;
    }

    /** Empty where nobody has to agree, {@code null} where the condition failed: then nothing may pass. */
    @Nullable
    List<ApprovalDemand> of(Exchange exchange) {
        var decision = exchange.decision();
        List<ApprovalDemand> demands = decision == null ? List.of() : decision.approvals();
        if (when == null || own == null) {
            return demands;
        }
        return switch (when.evaluate(exchange)) {
            case Truth.Known known -> known == Truth.Known.TRUE ? and(demands, own) : demands;
            case Truth.Failure failure -> {
                LOG.warn("route `{}`: the condition of `approve` failed: {}", exchange.routeName(), failure.message());
                yield null;
            }
        };
    }

    private static List<ApprovalDemand> and(List<ApprovalDemand> demands, ApprovalDemand own) {
        var all = new ArrayList<>(demands);
        all.add(own);
        return all;
    }
}
