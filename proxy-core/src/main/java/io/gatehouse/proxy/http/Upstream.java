package io.gatehouse.proxy.http;

import io.gatehouse.proxy.UpstreamConfig;
import io.netty.util.AsciiString;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Where plain requests go: addresses, used in turn, and how long to wait for them. Each event loop keeps its own connections;
 * {@link #close} lets every loop end its idle ones.
 */
public final class Upstream implements AutoCloseable {
    private final String name;
    private final List<Address> addresses;
    private final UpstreamConfig.Timeouts timeouts;
    private volatile boolean closed;

    public Upstream(String name, UpstreamConfig config) {
        this.name = name;
        this.timeouts = config.timeouts();
        this.addresses = config.targets().stream()
                .map(target -> Address.of(target.url()))
                .toList();
    }

    /**
     * One address.
     *
     * @param host what {@code Host} says to it
     */
    record Address(InetSocketAddress socket, AsciiString host) {
        static Address of(URI url) {
            int port = url.getPort() < 0 ? 80 : url.getPort();
            var host = url.getHost();
            var bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
            return new Address(
                    InetSocketAddress.createUnresolved(bare, port),
                    new AsciiString(url.getPort() < 0 ? host : host + ":" + port));
        }
    }

    public String name() {
        return name;
    }

    List<Address> addresses() {
        return addresses;
    }

    Duration connectTimeout() {
        return timeouts.connect();
    }

    Duration responseTimeout() {
        return timeouts.response();
    }

    Duration idleTimeout() {
        return timeouts.idle();
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
    }
}
