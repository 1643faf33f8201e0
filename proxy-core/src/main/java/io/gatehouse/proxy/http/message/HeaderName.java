package io.gatehouse.proxy.http.message;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Header names that are met often, so that reading one allocates nothing, with what the gateway does with each. The
 * fields that frame a message or belong to one hop never reach the exchange's headers.
 */
public record HeaderName(AsciiString text, Role role) {
    enum Role {
        /** Passed on. */
        END_TO_END,
        /** Dropped: it belongs to this hop, or only the gateway may say it. */
        DROPPED,
        HOST,
        CONTENT_LENGTH,
        TRANSFER_ENCODING,
        CONNECTION,
        EXPECT,
        TE,
        UPGRADE,
        /** What a proxy in front says of the client; taken only from those that are trusted. */
        FORWARDED,
        /** What a client says to the gateway itself; no target answers it. */
        OF_CLIENT
    }

    private static final int SLOTS = 512;
    private static final HeaderName[][] TABLE = new HeaderName[SLOTS][];
    /** Lower case of each byte that a token may hold (RFC 9110, 5.6.2); 0 for every other. */
    private static final byte[] TOKEN = new byte[256];

    static {
        for (char c : "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz".toCharArray()) {
            TOKEN[c] = (byte) c;
        }
        for (char c = 'A'; c <= 'Z'; c++) {
            TOKEN[c] = (byte) (c + 32);
        }
        add(Role.HOST, "host");
        add(Role.CONTENT_LENGTH, "content-length");
        add(Role.TRANSFER_ENCODING, "transfer-encoding");
        add(Role.CONNECTION, "connection");
        add(Role.EXPECT, "expect");
        add(Role.TE, "te");
        add(Role.UPGRADE, "upgrade");
        for (var name : GatewayHeaders.FORWARDED) {
            add(Role.FORWARDED, name);
        }
        for (var name : List.of(
                "keep-alive",
                "proxy-connection",
                "proxy-authenticate",
                "proxy-authorization",
                "trailer",
                "http2-settings")) {
            add(Role.DROPPED, name);
        }
        for (var name : List.of(
                "accept",
                "accept-charset",
                "accept-encoding",
                "accept-language",
                "accept-ranges",
                "access-control-allow-origin",
                "access-control-request-headers",
                "access-control-request-method",
                "age",
                "allow",
                "authorization",
                "cache-control",
                "content-disposition",
                "content-encoding",
                "content-language",
                "content-location",
                "content-range",
                "content-security-policy",
                "content-type",
                "cookie",
                "date",
                "etag",
                "expires",
                "idempotency-key",
                "if-match",
                "if-modified-since",
                "if-none-match",
                "if-range",
                "if-unmodified-since",
                "last-event-id",
                "last-modified",
                "link",
                "location",
                "mcp-method",
                "mcp-name",
                "mcp-protocol-version",
                "mcp-session-id",
                "origin",
                "pragma",
                "prefer",
                "priority",
                "range",
                "ratelimit",
                "ratelimit-policy",
                "referer",
                "referrer-policy",
                "retry-after",
                "sec-ch-ua",
                "sec-ch-ua-mobile",
                "sec-ch-ua-platform",
                "sec-fetch-dest",
                "sec-fetch-mode",
                "sec-fetch-site",
                "sec-fetch-user",
                "sec-websocket-accept",
                "sec-websocket-extensions",
                "sec-websocket-key",
                "sec-websocket-protocol",
                "sec-websocket-version",
                "server",
                "set-cookie",
                "strict-transport-security",
                "traceparent",
                "tracestate",
                "upgrade-insecure-requests",
                "user-agent",
                "vary",
                "via",
                "www-authenticate",
                "x-api-key",
                "x-content-type-options",
                "x-frame-options",
                "x-powered-by",
                "x-request-id",
                "x-requested-with")) {
            add(Role.END_TO_END, name);
        }
        for (var name : GatewayHeaders.OF_CLIENTS) {
            add(Role.OF_CLIENT, name);
        }
        for (var name : GatewayHeaders.NEVER_FROM_OUTSIDE) {
            add(Role.DROPPED, name);
        }
        for (var name : GatewayHeaders.OVERRIDES) {
            add(Role.DROPPED, name);
        }
    }

    private static void add(Role role, String name) {
        var bytes = name.getBytes(StandardCharsets.US_ASCII);
        int slot = slot(bytes, 0, bytes.length);
        var known = new HeaderName(AsciiString.cached(name), role);
        var bucket = TABLE[slot];
        if (bucket == null) {
            TABLE[slot] = new HeaderName[] {known};
        } else {
            TABLE[slot] = Arrays.copyOf(bucket, bucket.length + 1);
            TABLE[slot][bucket.length] = known;
        }
    }

    /** Whether a token may hold this byte. */
    public static boolean isToken(byte b) {
        return TOKEN[b & 0xff] != 0;
    }

    /** Lower-cases a token in place. */
    public static void lowerCase(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            bytes[i] = TOKEN[bytes[i] & 0xff];
        }
    }

    /** The known name that stands there in lower case, or {@code null}. */
    public static @Nullable HeaderName find(byte[] bytes, int from, int to) {
        var bucket = TABLE[slot(bytes, from, to)];
        if (bucket != null) {
            for (var candidate : bucket) {
                if (candidate.isAt(bytes, from, to)) {
                    return candidate;
                }
            }
        }
        return null;
    }

    public static @Nullable HeaderName find(String name) {
        var lower = name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.ISO_8859_1);
        return find(lower, 0, lower.length);
    }

    private boolean isAt(byte[] bytes, int from, int to) {
        var own = text.array();
        if (own.length != to - from) {
            return false;
        }
        for (int i = 0; i < own.length; i++) {
            if (own[i] != bytes[from + i]) {
                return false;
            }
        }
        return true;
    }

    private static int slot(byte[] bytes, int from, int to) {
        int length = to - from;
        if (length == 0) {
            return 0;
        }
        int hash = length * 31 + bytes[from];
        hash = hash * 31 + bytes[to - 1];
        hash = hash * 31 + bytes[from + length / 2];
        return (hash ^ hash >>> 9) & SLOTS - 1;
    }
}
