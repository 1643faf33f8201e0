package io.gatehouse.filters.approve;

import io.gatehouse.filters.edge.RequestIdHeader;
import io.gatehouse.proxy.filter.Exchange;
import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Which headers an approval binds: all that the target may read a meaning into. Left out is only what carries a message, what
 * says in which form the answer is wanted, what traces it, and what the gateway itself says in its place.
 */
final class BoundHeaders {
    private static final String PREFER = "prefer";
    /** The preferences that are for the gateway, whole: a parameter behind one is for the target. */
    private static final Pattern WAITING =
            Pattern.compile("wait\\s*=\\s*\"?\\d{1,9}\"?|respond-async", Pattern.CASE_INSENSITIVE);

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
            "sec-websocket-key",
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
            PREFER,
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

    /**
     * Lower-case names with their values: of headers of this request that are not free, and of those that the route names, here
     * or not. Of {@code Prefer} what is not for the gateway.
     */
    static SortedMap<String, List<String>> of(Exchange exchange) {
        var bound = new TreeMap<String, List<String>>();
        var own = exchange.get(RequestIdHeader.NAME);
        for (var header : exchange.requestHeaders().names()) {
            var name = header.toLowerCase(Locale.ROOT);
            if (!FREE.contains(name) && (own == null || !AsciiString.contentEqualsIgnoreCase(own, name))) {
                bound.put(name, exchange.requestHeaders().getAll(name));
            }
        }
        var preferences = preferences(exchange.requestHeaders().getAll(PREFER));
        if (!preferences.isEmpty()) {
            bound.put(PREFER, preferences);
        }
        for (var name : exchange.route().boundHeaders()) {
            bound.put(name, exchange.requestHeaders().getAll(name));
        }
        return bound;
    }

    /**
     * What a client asks of the target; how long it waits for the gateway may differ each time. Where any line has quotes each is one
     * preference: what stands between commas may be text.
     */
    private static List<String> preferences(List<String> values) {
        boolean quoted = values.stream().anyMatch(value -> value.indexOf('"') >= 0);
        if (quoted) {
            return values;
        }
        return values.stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .filter(preference ->
                        !preference.isEmpty() && !WAITING.matcher(preference).matches())
                .toList();
    }
}
