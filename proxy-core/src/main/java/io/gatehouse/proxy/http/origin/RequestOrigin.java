package io.gatehouse.proxy.http.origin;

import io.gatehouse.proxy.address.Address;
import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.message.PreparedFields;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a request comes from: its client, and the trusted proxies behind it, the nearest last. Says so to targets, in fields that
 * are written once for an authority, since most requests of a connection name the same. Used on one event loop only. Not SPI.
 */
public final class RequestOrigin {
    private static final AsciiString X_FORWARDED_FOR = AsciiString.cached("x-forwarded-for");
    private static final AsciiString X_FORWARDED_PROTO = AsciiString.cached("x-forwarded-proto");
    private static final AsciiString X_FORWARDED_HOST = AsciiString.cached("x-forwarded-host");
    private static final AsciiString X_FORWARDED_PORT = AsciiString.cached("x-forwarded-port");
    private static final AsciiString FORWARDED = AsciiString.cached("forwarded");

    private final List<String> hops;
    private final boolean secure;
    private String authority = "";
    private @Nullable PreparedFields fields;

    RequestOrigin(List<String> hops, boolean secure) {
        this.hops = hops;
        this.secure = secure;
    }

    /** Through known addresses only. */
    static RequestOrigin through(List<Address> hops, boolean secure) {
        return new RequestOrigin(hops.stream().map(Address::text).toList(), secure);
    }

    public String address() {
        return hops.getFirst();
    }

    /** Whether the client speaks TLS, to the gateway or to the first trusted proxy. */
    public boolean isSecure() {
        return secure;
    }

    /** The fields {@code X-Forwarded-*} and {@code Forwarded} (RFC 7239) for a target. */
    public PreparedFields fields(String named) {
        var known = fields;
        if (known == null || !named.equals(authority)) {
            authority = named;
            known = new PreparedFields(compose(named));
            fields = known;
        }
        return known;
    }

    private FlatHeaders compose(String named) {
        var scheme = secure ? "https" : "http";
        var composed = new FlatHeaders();
        if (!address().isEmpty()) {
            composed.append(X_FORWARDED_FOR, String.join(", ", hops));
        }
        composed.append(X_FORWARDED_PROTO, scheme);
        if (!named.isEmpty()) {
            composed.append(X_FORWARDED_HOST, named);
            composed.append(X_FORWARDED_PORT, port(named));
        }
        var host = named.isEmpty() ? "" : ";host=\"" + named + '"';
        var others = hops.stream().skip(1).map(hop -> ", " + node(hop)).collect(Collectors.joining());
        composed.append(FORWARDED, node(address()) + host + ";proto=" + scheme + others);
        return composed;
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
