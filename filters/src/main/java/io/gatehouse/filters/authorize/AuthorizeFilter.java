package io.gatehouse.filters.authorize;

import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Asks the policies and keeps their decision. One that needs an approval goes on: {@code approve} looks for it, and the
 * runner forwards nothing without.
 */
final class AuthorizeFilter implements Filter {
    /** Which policy refused, and why, is for the audit log: strangers learn that they may not. */
    private static final Verdict.Deny FORBIDDEN =
            new Denial("forbidden", 403, "forbidden", "no policy permits this request").deny();

    private final Counter permitted;
    private final Counter denied;
    private final Counter stopped;

    AuthorizeFilter(MeterRegistry meters) {
        permitted = counter(meters, "permit");
        denied = counter(meters, "deny");
        stopped = counter(meters, "needs_approval");
    }

    private static Counter counter(MeterRegistry meters, String decision) {
        return meters.counter("gatehouse.policy.decisions", "decision", decision);
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        var decision = exchange.policies().decide(exchange);
        exchange.decision(decision);
        return switch (decision.verdict()) {
            case PERMIT -> {
                permitted.increment();
                yield Verdict.NEXT;
            }
            case DENY -> {
                denied.increment();
                yield FORBIDDEN;
            }
            case NEEDS_APPROVAL -> {
                stopped.increment();
                yield Verdict.NEXT;
            }
        };
    }
}
