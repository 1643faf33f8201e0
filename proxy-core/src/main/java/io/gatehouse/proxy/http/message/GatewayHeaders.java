package io.gatehouse.proxy.http.message;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Headers that only the gateway says to a target: from outside they are dropped. */
public final class GatewayHeaders {
    /** Where a request comes from, as each proxy on its way tells the next; written anew for the target. */
    public static final List<String> FORWARDED =
            List.of("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-proto");

    /** What clients say to the gateway itself, though the name looks like one of its own. */
    public static final List<String> OF_CLIENTS = List.of("gatehouse-approval", "x-gatehouse-page-key");

    /** Those that no prefix covers, and those that are met often. */
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

    /** With these a target would serve another method or path than was judged, or (httpoxy) use another proxy itself. */
    static final List<String> OVERRIDES = List.of(
            "proxy", "x-http-method", "x-http-method-override", "x-method-override", "x-original-url", "x-rewrite-url");

    private static final byte[] GATEHOUSE = bytes("gatehouse-");
    private static final byte[] X_GATEHOUSE = bytes("x-gatehouse-");
    /** How every other name begins that a target may take for the gateway's word. */
    private static final byte[][] PREFIXES = {GATEHOUSE, X_GATEHOUSE, bytes("x-auth-"), bytes("x-forwarded-")};

    private GatewayHeaders() {}

    private static byte[] bytes(String prefix) {
        return prefix.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Whether a header of this name, in whatever case, is the gateway's own: from outside it never reaches a filter or a target, or
     * the gateway takes it itself. No configuration has a use for it, neither to write nor to read.
     */
    public static boolean areOurs(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        return FORWARDED.contains(lower) || NEVER_FROM_OUTSIDE.contains(lower) || areOurs(AsciiString.of(lower));
    }

    /**
     * Whether the lower-case name that stands there, and is none of {@link HeaderName}, is one that only the gateway may say, or looks
     * like one: some servers know no difference between a hyphen and any other character that is no letter and no digit.
     */
    static boolean areOurs(byte[] bytes, int from, int to) {
        if (from == to || (bytes[from] != 'x' && bytes[from] != 'g')) {
            return false;
        }
        for (var prefix : PREFIXES) {
            if (begins(bytes, from, to, prefix)) {
                return true;
            }
        }
        for (int i = from; i < to; i++) {
            if (bytes[i] != '-' && folded(bytes[i]) == '-') {
                return looksLikeOurs(bytes, from, to);
            }
        }
        return false;
    }

    /** Whether the lower-case name that stands there is one by which a target would speak for the gateway. */
    static boolean areOursInAnswers(byte[] bytes, int from, int to) {
        return begins(bytes, from, to, GATEHOUSE) || begins(bytes, from, to, X_GATEHOUSE);
    }

    private static boolean begins(byte[] bytes, int from, int to, byte[] prefix) {
        if (to - from < prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if (folded(bytes[from + i]) != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte folded(byte c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : (byte) '-';
    }

    private static boolean looksLikeOurs(byte[] bytes, int from, int to) {
        var name = new byte[to - from];
        for (int i = 0; i < name.length; i++) {
            name[i] = folded(bytes[from + i]);
        }
        var hyphened = new String(name, StandardCharsets.US_ASCII);
        return NEVER_FROM_OUTSIDE.contains(hyphened) || OVERRIDES.contains(hyphened);
    }

    static boolean areOurs(AsciiString name) {
        return areOurs(name.array(), name.arrayOffset(), name.arrayOffset() + name.length());
    }
}
