package io.gatehouse.proxy;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.config.Durations;
import io.gatehouse.config.Size;
import io.gatehouse.proxy.address.Networks;
import io.gatehouse.proxy.http.transport.SocketAddresses;
import io.gatehouse.proxy.tls.TlsConfig;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One address that takes requests. */
public record ListenerConfig(
        @Doc("unique name") String name,
        @Doc("host:port, [::1]:port or unix:/path") String address,

        @Doc("http1, http2; HTTP/2 by ALPN, and on clear text by prior knowledge; empty for both")
        Set<Protocol> protocols,

        @Doc("left out: clear text") @Nullable TlsConfig tls,

        @Doc("whether each connection begins with a PROXY protocol header, version 1 or 2, that names its client")
        @Default("false")
        boolean proxyProtocol,

        @Doc("networks of proxies whose `X-Forwarded-For` or `Forwarded` is believed; empty: nobody's")
        List<String> trustedForwarders,

        @Default("{}") Limits limits,

        @Doc("what HTTP/2 connections may take") @Default("{}")
        Http2Config http2,

        @Doc("who may connect to a Unix socket, as chmod writes it; left out: 0660") @Nullable
        String socketMode) {
    private static final int USUAL_MODE = 0660;

    public ListenerConfig {
        if (socketMode != null && !socketMode.matches("0?[0-7]{3}")) {
            throw new IllegalArgumentException("socketMode: expected a mode such as `0660`, got `" + socketMode + "`");
        }
        if (socketMode != null && !SocketAddresses.isUnix(address)) {
            throw new IllegalArgumentException("socketMode: expected an address that begins with `unix:`");
        }
        protocols = protocols.isEmpty() ? EnumSet.allOf(Protocol.class) : EnumSet.copyOf(protocols);
        Networks.parse("trustedForwarders", trustedForwarders);
    }

    /** One without a mode of its own. */
    public ListenerConfig(
            String name,
            String address,
            Set<Protocol> protocols,
            @Nullable TlsConfig tls,
            boolean proxyProtocol,
            List<String> trustedForwarders,
            Limits limits,
            Http2Config http2) {
        this(name, address, protocols, tls, proxyProtocol, trustedForwarders, limits, http2, null);
    }

    /** The permissions of a Unix socket, one bit each. */
    public int permissions() {
        return socketMode == null ? USUAL_MODE : Integer.parseInt(socketMode, 8);
    }

    public boolean speaks(Protocol protocol) {
        return protocols.contains(protocol);
    }

    /** What one listener takes, from one connection and from all. */
    public record Limits(
            @Doc("`64B` to `1MiB`") @Default("8KiB") Size requestLine,

            @Doc("all fields together, `64B` to `1MiB`") @Default("32KiB")
            Size headers,

            @Doc("1 to 10000") @Default("100") int headerCount,
            @Default("10MiB") Size body,

            @Doc("what a body must bring a second on average, after `headerTimeout`; at most `1GiB`") @Default("256B")
            Size bodyRate,

            @Doc("`100ms` to `10m`") @Default("10s") Duration headerTimeout,
            @Doc("`100ms` to `1d`") @Default("75s") Duration idleTimeout,
            @Doc("at once, 1 or more") @Default("10000") int connections) {
        private static final Size LEAST_HEAD = new Size(64);
        private static final Size LARGEST_HEAD = new Size(1 << 20);
        private static final Size FASTEST = new Size(1 << 30);
        private static final int MOST_HEADERS = 10_000;
        private static final Duration SHORTEST = Duration.ofMillis(100);

        public Limits {
            requireWithin("requestLine", requestLine, LEAST_HEAD, LARGEST_HEAD);
            requireWithin("headers", headers, LEAST_HEAD, LARGEST_HEAD);
            if (headerCount < 1 || headerCount > MOST_HEADERS) {
                throw new IllegalArgumentException(
                        "headerCount: expected 1 to " + MOST_HEADERS + ", got `" + headerCount + "`");
            }
            requireWithin("bodyRate", bodyRate, new Size(0), FASTEST);
            requireWithin("headerTimeout", headerTimeout, SHORTEST, Duration.ofMinutes(10));
            requireWithin("idleTimeout", idleTimeout, SHORTEST, Duration.ofDays(1));
            if (connections < 1) {
                throw new IllegalArgumentException("connections: expected 1 or more, got `" + connections + "`");
            }
        }

        private static void requireWithin(String key, Size value, Size least, Size most) {
            if (value.bytes() < least.bytes() || value.bytes() > most.bytes()) {
                throw new IllegalArgumentException(
                        key + ": expected `" + least + "` to `" + most + "`, got `" + value + "`");
            }
        }

        private static void requireWithin(String key, Duration value, Duration least, Duration most) {
            if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
                throw new IllegalArgumentException(key + ": expected `" + Durations.format(least) + "` to `"
                        + Durations.format(most) + "`, got `" + Durations.format(value) + "`");
            }
        }
    }
}
