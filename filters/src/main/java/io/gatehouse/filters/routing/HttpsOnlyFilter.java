package io.gatehouse.filters.routing;

import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.Verdict;
import io.netty.handler.codec.http.HttpHeaderNames;

/** Sends clients that came in clear text to the same place over TLS. */
final class HttpsOnlyFilter implements Filter {
    private final String port;
    private final int status;

    HttpsOnlyFilter(HttpsOnlyConfig config) {
        this.port = config.portText();
        this.status = config.status();
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        if (exchange.scheme().equals("https")) {
            return Verdict.NEXT;
        }
        var answer = LocalResponse.of(status);
        var query = exchange.query();
        answer.headers()
                .set(
                        HttpHeaderNames.LOCATION,
                        "https://" + RedirectFilter.host(exchange.authority()) + port + exchange.path()
                                + (query == null ? "" : "?" + query));
        return answer.answer();
    }
}
