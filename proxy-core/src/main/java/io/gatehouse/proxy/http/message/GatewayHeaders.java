package io.gatehouse.proxy.http.message;

import java.util.List;

/** Headers that only the gateway says to a target: from outside they are dropped. */
public final class GatewayHeaders {
    public static final List<String> NEVER_FROM_OUTSIDE = List.of(
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-port",
            "x-forwarded-proto",
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
