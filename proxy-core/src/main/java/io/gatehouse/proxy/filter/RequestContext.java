package io.gatehouse.proxy.filter;

import io.gatehouse.policy.Attributes;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What policies read of a request as {@code context.NAME}: the one place that says which names there are. */
public record RequestContext(Exchange exchange) implements Attributes {
    @Override
    public @Nullable Object get(String name) {
        return switch (name) {
            case "time" -> System.currentTimeMillis();
            case "address" -> exchange.clientAddress();
            case "scheme" -> exchange.scheme();
            case "tls" -> certificate();
            case "host" -> exchange.authority();
            case "method" -> exchange.method().name();
            case "path" -> exchange.path();
            case "route" -> exchange.routeName();
            case "listener" -> exchange.listener();
            case "headers" -> headers();
            default -> null;
        };
    }

    /** What the client's certificate says; absent where it showed none. */
    private @Nullable Object certificate() {
        var shown = exchange.clientCertificate();
        return shown == null ? null : shown.attributes();
    }

    /** Lower-case names; the values of a repeated one joined. */
    private Map<String, Object> headers() {
        var map = new HashMap<String, Object>();
        var fields = exchange.requestHeaders().iteratorCharSequence();
        while (fields.hasNext()) {
            var field = fields.next();
            map.merge(
                    field.getKey().toString().toLowerCase(Locale.ROOT),
                    field.getValue().toString(),
                    (one, other) -> one + ", " + other);
        }
        return map;
    }
}
