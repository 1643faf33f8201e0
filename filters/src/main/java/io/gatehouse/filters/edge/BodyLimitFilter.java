package io.gatehouse.filters.edge;

import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Verdict;

/** Takes no larger body: refused where it is announced, and where it turns out so while it comes. */
final class BodyLimitFilter implements Filter {
    private static final Verdict.Deny TOO_LARGE = Denial.BODY_TOO_LARGE.deny();

    private final long bytes;

    BodyLimitFilter(BodyLimitConfig config) {
        this.bytes = config.size().bytes();
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        return exchange.bodyLimit(bytes) ? Verdict.NEXT : TOO_LARGE;
    }
}
