package io.gatehouse.admin;

import io.gatehouse.policy.Principal;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that may be handled: its route is known, its caller allowed, its body complete.
 *
 * @param id the request id, also in the answer
 * @param parameters values of the route's {@code {names}}
 * @param query each name once
 * @param local the address that it came in on
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Call(
        String id,
        Map<String, String> parameters,
        Map<String, String> query,
        HttpHeaders headers,
        byte[] body,
        @Nullable Caller caller,
        InetSocketAddress local,
        InetSocketAddress client) {
    Caller requireCaller() {
        if (caller == null) {
            throw Refusal.unauthenticated();
        }
        return caller;
    }

    Principal principal() {
        return requireCaller().principal();
    }

    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }
}
