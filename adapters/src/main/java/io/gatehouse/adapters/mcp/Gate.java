package io.gatehouse.adapters.mcp;

import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Exchange;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Keeps web pages out: a browser's request names its origin, and only listed ones may pass. */
final class Gate {
    private static final Denial ORIGIN =
            new Denial("origin_refused", 403, "Origin refused", "this origin may not call the endpoint from a browser");
    private static final Denial HOST = new Denial("host_refused", 403, "Host refused", "expected one host name");
    private static final Pattern AUTHORITY = Pattern.compile("[A-Za-z0-9.\\-_~%\\[\\]:]+");

    private final Set<String> origins;

    Gate(List<String> origins) {
        this.origins = Set.copyOf(origins);
    }

    /** Why the request may not pass, or {@code null}. */
    @Nullable
    Denial refusal(Exchange exchange) {
        var given = exchange.requestHeaders().getAll("origin");
        if (!given.isEmpty() && (given.size() > 1 || !origins.contains(given.getFirst()))) {
            return ORIGIN;
        }
        boolean named = AUTHORITY.matcher(exchange.authority()).matches();
        return named && exchange.requestHeaders().getAll("host").size() <= 1 ? null : HOST;
    }
}
