package io.gatehouse.admin;

import io.gatehouse.policy.Principal;
import org.jspecify.annotations.Nullable;

/**
 * Who was identified, and by what.
 *
 * @param sessionId of a signed-in page; {@code null} for a bearer token
 * @param session the same; both or neither
 */
record Caller(
        AdminToken token,
        @Nullable String sessionId,
        @Nullable Session session) {
    Principal principal() {
        return token.principal();
    }
}
