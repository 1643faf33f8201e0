package io.gatehouse.filters.routing;

import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.Verdict;
import io.netty.handler.codec.http.HttpHeaderNames;

/** Sends clients elsewhere. */
final class RedirectFilter implements Filter {
    private final String to;
    private final int status;

    RedirectFilter(RedirectConfig config) {
        this.to = config.to();
        this.status = config.status();
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        if (!exchange.mayReachTarget()) {
            return Verdict.NEXT;
        }
        var answer = LocalResponse.of(status);
        answer.headers().set(HttpHeaderNames.LOCATION, location(exchange));
        return answer.answer();
    }

    private String location(Exchange exchange) {
        var location = new StringBuilder(to.length() + 64);
        int at = 0;
        while (at < to.length()) {
            if (to.startsWith("{host}", at)) {
                location.append(host(exchange.authority()));
                at += 6;
            } else if (to.startsWith("{path}", at)) {
                location.append(exchange.path());
                at += 6;
            } else if (to.startsWith("{uri}", at)) {
                location.append(exchange.path());
                if (exchange.query() != null) {
                    location.append('?').append(exchange.query());
                }
                at += 5;
            } else {
                location.append(to.charAt(at++));
            }
        }
        return location.toString();
    }

    /** Without the port: the other scheme has another. */
    private static String host(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
    }
}
