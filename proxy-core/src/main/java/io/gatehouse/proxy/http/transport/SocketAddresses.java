package io.gatehouse.proxy.http.transport;

import io.gatehouse.proxy.address.Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Socket addresses as the configuration writes them. Not SPI. */
public final class SocketAddresses {
    private SocketAddresses() {}

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
