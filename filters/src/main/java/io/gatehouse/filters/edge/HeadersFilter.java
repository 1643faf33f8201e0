package io.gatehouse.filters.edge;

import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.ResponseHead;
import io.gatehouse.proxy.filter.Verdict;

/** Sets, adds and removes headers. */
final class HeadersFilter implements Filter {
    private final HeaderEdit request;
    private final HeaderEdit response;

    HeadersFilter(HeaderEdit request, HeaderEdit response) {
        this.request = request;
        this.response = response;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        request.apply(exchange.requestHeaders());
        return Verdict.NEXT;
    }

    @Override
    public void onResponse(Exchange exchange, ResponseHead head) {
        response.apply(head.headers());
    }
}
