package io.gatehouse.proxy.http.message;

import io.netty.util.AsciiString;
import java.util.List;
import java.util.Set;

/**
 * Which fields may follow a body (RFC 9110, 6.5.1). A field that means something in a head is never taken from behind the body:
 * what filters saw, removed or judged there must not come in by the back door.
 */
public final class Trailers {
    private static final List<String> NEVER = List.of("proxy-", "sec-", "access-control-", "content-", "if-");
    /** What gRPC itself says behind a body. */
    private static final Set<AsciiString> GRPC = Set.of(
            AsciiString.cached("grpc-status"),
            AsciiString.cached("grpc-message"),
            AsciiString.cached("grpc-status-details-bin"));

    private Trailers() {}

    /**
     * Whether a field of this lower-case name may follow a request's body. Any other is dropped: a target may take it for a field of
     * the head, where a filter would have seen, removed or written it.
     */
    public static boolean mayFollowRequest(AsciiString name) {
        return GRPC.contains(name);
    }

    /** Whether a field of this lower-case name may follow an answer's body; others are dropped. */
    public static boolean mayFollow(AsciiString name) {
        if (HeaderName.find(name.array(), name.arrayOffset(), name.arrayOffset() + name.length()) != null) {
            return false;
        }
        if (GatewayHeaders.areOurs(name)) {
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
