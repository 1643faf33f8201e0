package io.gatehouse.proxy.http.transport;

import io.gatehouse.proxy.address.Address;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Socket addresses as the configuration writes them. Not SPI. */
public final class SocketAddresses {
    private static final String UNIX = "unix:";
    /** What the kernel takes, without the byte that ends it. */
    private static final int LONGEST_PATH = 107;

    private SocketAddresses() {}

    /** Whether the text means a Unix socket: {@code unix:/path}. */
    public static boolean isUnix(String text) {
        return text.startsWith(UNIX);
    }

    /**
     * Reads {@code unix:/path}.
     *
     * @throws IllegalArgumentException where the text is none, or the path is longer than the kernel takes
     */
    public static Path unixPath(String text) {
        var path = isUnix(text) ? text.substring(UNIX.length()) : "";
        if (!path.startsWith("/") || path.endsWith("/") || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("expected `unix:/path`, got `" + text + "`");
        }
        if (isLong(path)) {
            throw new IllegalArgumentException(
                    "expected a path of up to " + LONGEST_PATH + " bytes behind `unix:`, got `" + text + "`");
        }
        return Path.of(path).normalize();
    }

    private static boolean isLong(String path) {
        return path.getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH;
    }

    /**
     * Whether a socket can be bound there.
     *
     * @throws IOException where the path is longer than the kernel takes
     */
    public static void requireShort(Path path) throws IOException {
        if (isLong(path.toString())) {
            throw new IOException("its folder's path is too long: `" + path + "` must be within " + LONGEST_PATH
                    + " bytes, since the socket is bound there first");
        }
    }

    /** As {@link #parse} reads it. */
    public static String text(InetSocketAddress address) {
        var host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** The address of a peer, or {@code null} where it has none: it left already, or is of another kind. */
    public static @Nullable Address peer(@Nullable SocketAddress remote) {
        return remote instanceof InetSocketAddress inet && inet.getAddress() != null
                ? Address.of(inet.getAddress().getAddress())
                : null;
    }

    /**
     * Reads {@code host:port} or {@code [::1]:port}.
     *
     * @throws IllegalArgumentException where the text is neither
     */
    public static InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        var host = colon < 0 ? "" : text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        var bare = bracketed ? host.substring(1, host.length() - 1) : host;
        if (bare.isEmpty()
                || (!bracketed && bare.contains(":"))
                || !text.substring(colon + 1).matches("\\d{1,5}")) {
            throw new IllegalArgumentException("expected `host:port` or `[::1]:port`, got `" + text + "`");
        }
        int port = Integer.parseInt(text.substring(colon + 1));
        if (port > 65535) {
            throw new IllegalArgumentException("expected a port up to 65535, got `" + text + "`");
        }
        return new InetSocketAddress(bare, port);
    }
}
