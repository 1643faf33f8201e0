package io.gatehouse.adapters.policy;

import io.gatehouse.policy.AccessRequest;
import io.gatehouse.policy.Action;
import io.gatehouse.policy.Attributes;
import io.gatehouse.policy.Decision;
import io.gatehouse.policy.Principal;
import io.gatehouse.policy.Resource;
import io.gatehouse.proxy.filter.Exchange;

/** Whether the caller of {@code exchange} could do {@code action}: asked for each entry of a list before it is shown. */
public record OperationQuestion(Exchange exchange, Action action, Resource resource) implements AccessRequest {
    @Override
    public Principal principal() {
        return exchange.principal();
    }

    @Override
    public Attributes context() {
        return exchange.context();
    }

    @Override
    public String routeName() {
        return exchange.routeName();
    }

    /** Whether policies would permit it, be it after an approval. */
    public boolean conceivable() {
        return exchange.policies().decide(this).verdict() != Decision.Verdict.DENY;
    }
}
