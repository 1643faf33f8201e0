package io.gatehouse.proxy.http.message;

import static io.gatehouse.proxy.http.message.MalformedException.badRequest;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A request's head. {@link #finish} leaves an origin-form target and one lower-case authority. */
public final class RequestHead extends MessageHead {
    public HttpMethod method = HttpMethod.GET;
    public String target = "/";
    /** Lower-case host and port; empty only for HTTP/1.0 without Host. */
    public String authority = "";

    public boolean expectContinue;
    /** Whether the client takes trailers behind the answer's body (RFC 9110, 10.1.4). */
    public boolean acceptsTrailers;
    /** Whether this is the handshake of a WebSocket: a GET, over HTTP/2 too. */
    public boolean webSocket;
    /** What a proxy in front says of the request's origin, or {@code null} where it says nothing. Not to be believed unseen. */
    public @Nullable FlatHeaders forwarding;

    private @Nullable String host;

    @Override
    public void reset() {
        super.reset();
        authority = "";
        expectContinue = false;
        acceptsTrailers = false;
        webSocket = false;
        forwarding = null;
        host = null;
    }

    @Nullable
    String host() {
        return host;
    }

    @Override
    public void host(String value) {
        if (host != null) {
            throw badRequest("Host is given twice");
        }
        host = value;
    }

    @Override
    public void expect(String value) {
        if (!value.equalsIgnoreCase("100-continue")) {
            throw MalformedException.of(
                    "expectation_failed", 417, "expectation failed", "expected no expectation but 100-continue");
        }
        expectContinue = true;
    }

    @Override
    public void te(String value) {
        for (var coding : value.split(",", -1)) {
            acceptsTrailers |= coding.strip().equalsIgnoreCase("trailers");
        }
    }

    @Override
    public void forwarded(AsciiString name, String value) {
        var said = forwarding;
        if (said == null) {
            said = new FlatHeaders();
            forwarding = said;
        }
        said.append(name, value);
    }

    @Override
    public void finish() {
        super.finish();
        refuseLowerCase(method.name());
        webSocket = method.equals(HttpMethod.GET) && upgradesToWebSocket();
        if (webSocket) {
            WebSocketHandshake.check(this);
        }
        if (method.equals(HttpMethod.CONNECT) || method.equals(HttpMethod.TRACE)) {
            throw MalformedException.of(
                    "method_not_allowed", 405, "method not allowed", "CONNECT and TRACE are not served");
        }
        var named = host;
        if (named == null) {
            if (minorVersion > 0) {
                throw badRequest("Host is missing");
            }
        } else {
            authority = checkAuthority(named.toLowerCase(Locale.ROOT));
        }
        if (!target.startsWith("/")) {
            target = originForm(target);
        }
    }

    /** Methods are told apart by case (RFC 9110, 9.1), but some servers would take {@code delete} for what policies forbid. */
    private static void refuseLowerCase(String method) {
        for (int i = 0; i < method.length(); i++) {
            if (method.charAt(i) >= 'a' && method.charAt(i) <= 'z') {
                throw badRequest("the method holds a lower-case letter");
            }
        }
    }

    /**
     * The path and query of an absolute-form target, whose authority must be the one that Host names. As over HTTP/2, its scheme may be
     * either: what counts is the connection's, or what a trusted proxy says.
     */
    private String originForm(String absolute) {
        int start = afterScheme(absolute);
        int slash = absolute.indexOf('/', start);
        int query = absolute.indexOf('?', start);
        int end = slash < 0 ? absolute.length() : slash;
        end = query < 0 ? end : Math.min(end, query);
        if (!absolute.substring(start, end).toLowerCase(Locale.ROOT).equals(authority)) {
            throw badRequest("the request target and Host name different authorities");
        }
        var rest = absolute.substring(end);
        return rest.startsWith("/") ? rest : "/" + rest;
    }

    private static int afterScheme(String absolute) {
        if (absolute.regionMatches(true, 0, "http://", 0, 7)) {
            return 7;
        }
        if (absolute.regionMatches(true, 0, "https://", 0, 8)) {
            return 8;
        }
        throw badRequest("the request target is no path");
    }

    /** A host name, IPv4 address or bracketed IPv6 address, and maybe a port. */
    private static String checkAuthority(String authority) {
        int end = authority.length();
        int port = authority.startsWith("[") ? authority.indexOf(']') + 1 : authority.indexOf(':');
        int hostEnd = port <= 0 ? end : port;
        boolean bracketed = authority.startsWith("[");
        boolean good = hostEnd > 0 && authority.length() <= 260 && !(bracketed && port == 0);
        for (int i = 0; good && i < hostEnd; i++) {
            char c = authority.charAt(i);
            boolean name = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
            boolean address = (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9') || c == ':' || c == '.';
            boolean emptyLabel = c == '.' && (i == 0 || authority.charAt(i - 1) == '.');
            good = bracketed ? (i == 0 || i == hostEnd - 1 || address) : name && !emptyLabel;
        }
        if (good && hostEnd < end) {
            good = authority.charAt(hostEnd) == ':' && isPort(authority, hostEnd + 1);
        }
        if (!good) {
            throw badRequest("Host is malformed");
        }
        return authority;
    }

    private static boolean isPort(String authority, int from) {
        int digits = authority.length() - from;
        boolean good = digits >= 1 && digits <= 5;
        int port = 0;
        for (int i = from; good && i < authority.length(); i++) {
            char c = authority.charAt(i);
            good = c >= '0' && c <= '9';
            port = port * 10 + c - '0';
        }
        return good && port <= 0xffff;
    }

    /** The host without its port, and without the dot that ends a fully qualified name: it names the same host. */
    public String hostName() {
        if (authority.startsWith("[")) {
            return authority.substring(0, authority.indexOf(']') + 1);
        }
        int colon = authority.indexOf(':');
        int end = colon < 0 ? authority.length() : colon;
        return authority.substring(0, end > 1 && authority.charAt(end - 1) == '.' ? end - 1 : end);
    }

    public boolean hasBody() {
        return chunked || contentLength > 0;
    }
}
