package io.gatehouse.approvals;

import io.gatehouse.approvals.ApprovalStore.Position;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Where a page ends, as text that means nothing to whoever holds it. */
final class Cursor {
    private Cursor() {}

    static String encode(Approval last) {
        String position = last.createdAt() + ":" + last.id();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(position.getBytes(StandardCharsets.UTF_8));
    }

    static Position decode(String cursor) {
        try {
            String position = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            int colon = position.indexOf(':');
            return new Position(Long.parseLong(position, 0, Math.max(colon, 0), 10), position.substring(colon + 1));
        } catch (IllegalArgumentException e) {
            throw new ApprovalException("invalid_cursor", "cursor: expected one that a page gave");
        }
    }
}
