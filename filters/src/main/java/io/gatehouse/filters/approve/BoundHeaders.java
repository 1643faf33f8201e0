package io.gatehouse.filters.approve;

import io.gatehouse.filters.edge.RequestIdHeader;
import io.gatehouse.proxy.filter.Exchange;
import io.netty.util.AsciiString;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which headers an approval binds: all that the target may read a meaning into. Left out is only what carries a message, what
 * says in which form the answer is wanted, what traces it, and what the gateway itself says in its place.
 */
final class BoundHeaders {
    private static final Set<String> FREE = Set.of(
            // bound as parts of the request, or of this connection alone
            "host",
            "content-length",
            "connection",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "expect",
            "via",
            "priority",
            // about the answer, and who sends
            "accept",
            "accept-charset",
            "accept-encoding",
            "accept-language",
            "cache-control",
            "pragma",
            "date",
            "user-agent",
            // different in every request
            "x-request-id",
            "request-id",
            "x-correlation-id",
            "traceparent",
            "tracestate",
            "b3",
            "x-b3-traceid",
            "x-b3-spanid",
            "x-b3-parentspanid",
            "x-b3-sampled",
            "x-b3-flags",
            "x-amzn-trace-id",
            "x-cloud-trace-context",
            // for the gateway, or from it: the principal and the route are bound by themselves
            "gatehouse-approval",
            "prefer",
            "idempotency-key",
            "x-auth-client-id",
            "x-auth-client-name",
            "x-auth-route-id",
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-port",
            "x-forwarded-proto",
            "x-forwarded-server",
            "x-real-ip");

    private BoundHeaders() {}

    /** Lower-case names: those of this request that are not free, and those that the route names, here or not. */
    static SortedSet<String> of(Exchange exchange) {
        var names = new TreeSet<String>();
        var own = exchange.get(RequestIdHeader.NAME);
        for (var header : exchange.requestHeaders().names()) {
            var name = header.toLowerCase(Locale.ROOT);
            if (!FREE.contains(name) && (own == null || !AsciiString.contentEqualsIgnoreCase(own, name))) {
                names.add(name);
            }
        }
        names.addAll(exchange.route().boundHeaders());
        return names;
    }
}
