package io.gatehouse.proxy.upstream;

import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.AsciiString;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One target as the configuration names it.
 *
 * @param name as written, without what follows the authority: for labels and logs
 * @param host bare host name or address; empty for a Unix socket
 * @param port 0 for a Unix socket
 * @param path of a Unix socket; else empty
 * @param authority what {@code Host} says to it
 * @param secure whether it is spoken to over TLS
 * @param http2 whether it is spoken to in HTTP/2 without asking
 * @param weight share of the requests
 */
public record TargetAddress(
        String name,
        String host,
        int port,
        String path,
        AsciiString authority,
        boolean secure,
        boolean http2,
        int weight) {
    /** A host, perhaps with its port, that lacks a scheme. */
    private static final Pattern BARE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]+)?");

    private static final String EXPECTED =
            "expected an address such as `http://127.0.0.1:9000`, `https://api.example.com`, `h2c://127.0.0.1:50051` or"
                    + " `unix:/run/app.sock`, without a path";

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException where it is none
     */
    public static TargetAddress of(URI url, int weight) {
        var scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "http", "https", "h2c" -> ofHost(url, scheme, weight);
            case "unix" -> ofSocket(url, weight);
            default ->
                throw new IllegalArgumentException(
                        BARE.matcher(url.toString()).matches()
                                ? "expected `http://" + url + "` (or `https`, `h2c`), got `" + url + "`"
                                : EXPECTED);
        };
    }

    private static TargetAddress ofHost(URI url, String scheme, int weight) {
        var host = url.getHost();
        var path = url.getPath();
        boolean bare = (path == null || path.isEmpty() || path.equals("/"))
                && url.getUserInfo() == null
                && url.getQuery() == null
                && url.getFragment() == null;
        if (host == null || !bare || url.getPort() > 65535) {
            throw new IllegalArgumentException(EXPECTED);
        }
        boolean secure = scheme.equals("https");
        int usual = secure ? 443 : 80;
        int port = url.getPort() < 0 ? usual : url.getPort();
        var authority = url.getPort() < 0 ? host : host + ":" + port;
        var unbracketed = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return new TargetAddress(
                scheme + "://" + authority,
                unbracketed,
                port,
                "",
                new AsciiString(authority),
                secure,
                scheme.equals("h2c"),
                weight);
    }

    private static TargetAddress ofSocket(URI url, int weight) {
        var path = url.getPath();
        if (path == null || !path.startsWith("/") || path.length() < 2 || url.getRawAuthority() != null) {
            throw new IllegalArgumentException(EXPECTED);
        }
        return new TargetAddress("unix:" + path, "", 0, path, AsciiString.cached("localhost"), false, false, weight);
    }

    /** Whether {@link #host} is a name, which may mean other addresses by and by. */
    public boolean isNamed() {
        return path.isEmpty() && !NetUtil.isValidIpV4Address(host) && !NetUtil.isValidIpV6Address(host);
    }

    /** Where it is, as far as that is known without asking anyone. */
    public SocketAddress address() {
        if (!path.isEmpty()) {
            return new DomainSocketAddress(path);
        }
        return isNamed()
                ? InetSocketAddress.createUnresolved(host, port)
                : at(NetUtil.createByteArrayFromIpAddressString(host));
    }

    private InetSocketAddress at(byte[] bytes) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(host, bytes), port);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Where it is when its name means this address. */
    public SocketAddress at(InetAddress resolved) {
        return at(resolved.getAddress());
    }
}
