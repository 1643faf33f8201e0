package io.gatehouse.proxy.http.message;

import io.netty.util.AsciiString;
import java.util.List;

/**
 * Which fields may follow a body (RFC 9110, 6.5.1). A field that means something in a head is never taken from behind the body:
 * what filters saw, removed or judged there must not come in by the back door.
 */
public final class Trailers {
    private static final List<String> NEVER =
            List.of("x-auth-", "x-forwarded-", "gatehouse-", "proxy-", "sec-", "access-control-", "content-", "if-");

    private Trailers() {}

    /** Whether a field of this lower-case name may follow a body; others are dropped. */
    public static boolean mayFollow(AsciiString name) {
        if (HeaderName.find(name.array(), name.arrayOffset(), name.arrayOffset() + name.length()) != null) {
            return false;
        }
        for (var prefix : NEVER) {
            if (name.startsWith(prefix)) {
                return false;
            }
        }
        return true;
    }
}
