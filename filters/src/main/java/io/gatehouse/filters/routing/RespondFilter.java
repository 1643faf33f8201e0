package io.gatehouse.filters.routing;

import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.Verdict;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;

/** Answers every request alike. */
final class RespondFilter implements Filter {
    private final int status;
    private final HttpHeaders headers = new DefaultHttpHeaders();
    private final byte[] body;

    RespondFilter(RespondConfig config) {
        this.status = config.status();
        this.body = config.body().getBytes(StandardCharsets.UTF_8);
        config.headers().forEach(headers::set);
        if (body.length > 0 && !headers.contains(HttpHeaderNames.CONTENT_TYPE)) {
            headers.set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
        }
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        return exchange.mayReachTarget()
                ? new LocalResponse(status, headers.copy(), body, null).answer()
                : Verdict.NEXT;
    }
}
