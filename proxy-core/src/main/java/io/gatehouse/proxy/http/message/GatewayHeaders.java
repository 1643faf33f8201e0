package io.gatehouse.proxy.http.message;

import java.util.List;

/** Headers that only the gateway says to a target: from outside they are dropped. */
public final class GatewayHeaders {
    /** Where a request comes from, as each proxy on its way tells the next; written anew for the target. */
    public static final List<String> FORWARDED =
            List.of("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-proto");

    public static final List<String> NEVER_FROM_OUTSIDE = List.of(
            "gatehouse-mirror",
            "x-forwarded-server",
            "x-real-ip",
            "x-auth-client-id",
            "x-auth-client-name",
            "x-auth-route-id",
            "x-client-id",
            "x-client-name",
            "x-route-id");

    private GatewayHeaders() {}
}
