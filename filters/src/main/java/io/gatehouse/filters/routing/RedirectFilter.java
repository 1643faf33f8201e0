package io.gatehouse.filters.routing;

import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.Verdict;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Sends clients elsewhere. */
final class RedirectFilter implements Filter {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final String to;
    /** From here on, what is put in is one value among parameters; before it, a part of the URL. */
    private final int parameters;

    private final int status;

    RedirectFilter(RedirectConfig config) {
        this.to = config.to();
        this.parameters = parameters(to);
        this.status = config.status();
    }

    /** Behind {@code ?}, or {@code =} in a fragment; the end where there is neither. */
    private static int parameters(String to) {
        int query = to.indexOf('?');
        int fragment = to.indexOf('#');
        int at = query < 0 && fragment >= 0 ? to.indexOf('=', fragment) : query;
        return at < 0 ? to.length() : at;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        if (!exchange.mayReachTarget()) {
            return Verdict.NEXT;
        }
        var answer = LocalResponse.of(status);
        answer.headers().set(HttpHeaderNames.LOCATION, location(exchange));
        return answer.answer();
    }

    private String location(Exchange exchange) {
        var location = new StringBuilder(to.length() + 64);
        int at = 0;
        while (at < to.length()) {
            if (to.startsWith("{host}", at)) {
                location.append(host(exchange.authority()));
                at += 6;
            } else if (to.startsWith("{path}", at)) {
                put(location, exchange.path(), at);
                at += 6;
            } else if (to.startsWith("{uri}", at)) {
                put(location, exchange.path(), at);
                if (exchange.query() != null) {
                    put(location, "?" + exchange.query(), at);
                }
                at += 5;
            } else {
                location.append(to.charAt(at++));
            }
        }
        return location.toString();
    }

    private void put(StringBuilder location, String text, int at) {
        if (at < parameters) {
            location.append(text);
            return;
        }
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (isUnreserved(b)) {
                location.append((char) b);
            } else {
                location.append('%').append(HEX.toHexDigits(b));
            }
        }
    }

    /** What stands for itself everywhere in a URL (RFC 3986, 2.3). */
    private static boolean isUnreserved(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || b == '-'
                || b == '.'
                || b == '_'
                || b == '~';
    }

    /** Without the port: the other scheme has another. */
    static String host(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
    }
}
