package io.gatehouse.filters.routing;

import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Verdict;

/** Gives the target another path than the client asked for. The query stays. */
final class RewriteFilter implements Filter {
    private final PathTemplate template;

    RewriteFilter(RewriteConfig config) {
        this.template = PathTemplate.of(config);
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        var route = exchange.route().path();
        var path = exchange.path();
        if (!route.matches(path)) {
            throw new IllegalStateException("the path is not the one that was routed");
        }
        exchange.path(template.apply(route, path));
        return Verdict.NEXT;
    }
}
