package io.gatehouse.filters.edge;

import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.ResponseHead;
import io.gatehouse.proxy.filter.Verdict;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** Gives each request an id, and says it to the target and to the client. */
final class RequestIdFilter implements Filter {
    private static final int LONGEST = 128;

    private final AsciiString header;
    private final boolean trust;
    private final RequestIds ids;

    RequestIdFilter(AsciiString header, boolean trust, RequestIds ids) {
        this.header = header;
        this.trust = trust;
        this.ids = ids;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        var headers = exchange.requestHeaders();
        if (!exchange.resumed()) {
            var callers = trust ? callers(headers) : null;
            exchange.requestId(callers == null ? ids.next() : callers);
        }
        headers.set(header, exchange.requestId());
        if (!header.contentEqualsIgnoreCase(RequestIdHeader.USUAL)) {
            exchange.put(RequestIdHeader.NAME, header);
        }
        return Verdict.NEXT;
    }

    @Override
    public void onResponse(Exchange exchange, ResponseHead head) {
        head.headers().set(header, exchange.requestId());
    }

    /** The caller's id, where there is exactly one and it cannot do harm in a log. */
    private @Nullable String callers(HttpHeaders headers) {
        var values = headers.valueStringIterator(header);
        if (!values.hasNext()) {
            return null;
        }
        var value = values.next();
        return !values.hasNext() && sane(value) ? value : null;
    }

    private static boolean sane(String value) {
        if (value.isEmpty() || value.length() > LONGEST) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!allowed && "-_.:+/=~".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }
}
