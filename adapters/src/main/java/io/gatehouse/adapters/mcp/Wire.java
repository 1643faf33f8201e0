package io.gatehouse.adapters.mcp;

import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Key;
import org.jspecify.annotations.Nullable;

/**
 * How the client of an exchange is to be answered.
 *
 * @param id of its request
 * @param modern the lane
 * @param tool whether it calls a tool
 * @param progressToken as the client sent it, or {@code null}
 */
record Wire(
        Object id, boolean modern, boolean tool, @Nullable Object progressToken) {
    static final Key<Wire> KEY = new Key<>("mcp wire");

    static Wire of(Incoming.Request request, boolean modern, Exchange exchange) {
        boolean streams = exchange.requestHeaders().getAll("accept").stream()
                .anyMatch(accept -> accept.contains("text/event-stream"));
        var token = request.meta().get("progressToken");
        boolean valid = token instanceof Long || token instanceof String;
        return new Wire(request.id(), modern, request.method().equals("tools/call"), streams && valid ? token : null);
    }
}
