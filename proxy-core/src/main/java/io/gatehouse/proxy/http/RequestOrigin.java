package io.gatehouse.proxy.http;

import io.gatehouse.proxy.address.Address;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where a request comes from: its client, and the trusted proxies behind it, the nearest last. Says so to targets, in fields that
 * are written once for an authority, since most requests of a connection name the same. Used on one event loop only.
 */
final class RequestOrigin {
    private final List<String> hops;
    private final boolean secure;
    private String authority = "";
    private byte[] lines = {};

    RequestOrigin(List<String> hops, boolean secure) {
        this.hops = hops;
        this.secure = secure;
    }

    /** Through known addresses only. */
    static RequestOrigin through(List<Address> hops, boolean secure) {
        return new RequestOrigin(hops.stream().map(Address::text).toList(), secure);
    }

    String address() {
        return hops.getFirst();
    }

    /** Whether the client speaks TLS, to the gateway or to the first trusted proxy. */
    boolean isSecure() {
        return secure;
    }

    /** The header lines {@code X-Forwarded-*} and {@code Forwarded} (RFC 7239) for a target. */
    byte[] lines(String named) {
        if (lines.length == 0 || !named.equals(authority)) {
            authority = named;
            lines = compose(named).getBytes(StandardCharsets.ISO_8859_1);
        }
        return lines;
    }

    private String compose(String named) {
        var scheme = secure ? "https" : "http";
        var text = new StringBuilder(256);
        text.append("x-forwarded-for: ").append(String.join(", ", hops)).append("\r\n");
        text.append("x-forwarded-proto: ").append(scheme).append("\r\n");
        if (!named.isEmpty()) {
            text.append("x-forwarded-host: ").append(named).append("\r\n");
            text.append("x-forwarded-port: ").append(port(named)).append("\r\n");
        }
        var host = named.isEmpty() ? "" : ";host=\"" + named + '"';
        text.append("forwarded: ")
                .append(node(address()))
                .append(host)
                .append(";proto=")
                .append(scheme);
        text.append(hops.stream().skip(1).map(hop -> ", " + node(hop)).collect(Collectors.joining()));
        return text.append("\r\n").toString();
    }

    private static String node(String address) {
        if (address.isEmpty()) {
            return "for=unknown";
        }
        return address.indexOf(':') < 0 ? "for=" + address : "for=\"[" + address + "]\"";
    }

    private String port(String named) {
        int colon = named.lastIndexOf(':');
        return colon > named.lastIndexOf(']') ? named.substring(colon + 1) : secure ? "443" : "80";
    }
}
