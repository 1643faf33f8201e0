package io.gatehouse.proxy;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.config.Size;
import io.gatehouse.proxy.address.Networks;
import io.gatehouse.proxy.tls.TlsConfig;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One address that takes requests. */
public record ListenerConfig(
        @Doc("unique name") String name,
        @Doc("host:port or [::1]:port") String address,

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
        Http2Config http2) {
    public ListenerConfig {
        protocols = protocols.isEmpty() ? EnumSet.allOf(Protocol.class) : EnumSet.copyOf(protocols);
        Networks.parse("trustedForwarders", trustedForwarders);
    }

    public boolean speaks(Protocol protocol) {
        return protocols.contains(protocol);
    }

    /** What one listener takes, from one connection and from all. */
    public record Limits(
            @Default("8KiB") Size requestLine,
            @Default("32KiB") Size headers,
            @Default("100") int headerCount,
            @Default("10MiB") Size body,

            @Doc("what a body must bring a second on average, after `headerTimeout`") @Default("256B")
            Size bodyRate,

            @Default("10s") Duration headerTimeout,
            @Default("75s") Duration idleTimeout,
            @Default("10000") int connections) {}
}
