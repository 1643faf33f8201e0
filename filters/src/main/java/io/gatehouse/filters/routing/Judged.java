package io.gatehouse.filters.routing;

import io.gatehouse.policy.Decision;
import io.gatehouse.proxy.filter.Exchange;

/** What stands in a target's place answers only what the target would have been asked. */
final class Judged {
    private Judged() {}

    /**
     * Whether nothing is left that refuses: the runner refuses at the end of the chain what policies did not permit or no approval
     * covers, and an answer would come before that.
     */
    static boolean maySeeAnswer(Exchange exchange) {
        var decision = exchange.decision();
        return decision == null
                || decision.verdict() == Decision.Verdict.PERMIT
                || (decision.verdict() == Decision.Verdict.NEEDS_APPROVAL && exchange.approval() != null);
    }
}
