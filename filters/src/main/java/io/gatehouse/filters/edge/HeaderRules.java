package io.gatehouse.filters.edge;

import io.gatehouse.proxy.http.message.GatewayHeaders;
import io.netty.util.AsciiString;
import java.util.Locale;
import java.util.Set;

/** Which header names and values a configuration may write. */
public final class HeaderRules {
    private static final Set<String> NOT_OURS_TO_WRITE = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "content-length",
            "host",
            "expect",
            "http2-settings");
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private HeaderRules() {}

    /** A checked name (RFC 9110, 5.1), lower-case. {@code key} is where it stands in the configuration. */
    public static AsciiString name(String key, String name) {
        if (!isToken(name)) {
            throw new IllegalArgumentException(key + ": expected a header name, got `" + name + "`");
        }
        var lower = name.toLowerCase(Locale.ROOT);
        if (NOT_OURS_TO_WRITE.contains(lower)) {
            throw new IllegalArgumentException(
                    key + ": expected a header that is not hop-by-hop, framing or host, got `" + name + "`");
        }
        if (GatewayHeaders.areOurs(lower)) {
            throw new IllegalArgumentException(
                    key + ": expected a header that the gateway does not set itself, got `" + name + "`");
        }
        return AsciiString.cached(lower);
    }

    /** A checked value: visible ASCII, spaces and tabs, none at either end. It may be a secret, so no message shows it. */
    public static AsciiString value(String key, String value) {
        if (!value.equals(value.strip()) || !value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c < 0x7f))) {
            throw new IllegalArgumentException(
                    key + ": expected a header value of visible ASCII characters, without white space at its ends");
        }
        return AsciiString.cached(value);
    }

    /** Whether it is a token (RFC 9110, 5.6.2), as names of headers and methods are. */
    public static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(HeaderRules::tokenCharacter);
    }

    private static boolean tokenCharacter(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || (c < 0x7f && TOKEN_MARKS.indexOf(c) >= 0);
    }
}
