package io.gatehouse.proxy;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.config.Size;
import io.gatehouse.proxy.address.Networks;
import io.gatehouse.proxy.tls.TlsConfig;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One address that takes requests. */
public record ListenerConfig(
        @Doc("unique name") String name,
        @Doc("host:port or [::1]:port") String address,
        @Doc("left out: clear text") @Nullable TlsConfig tls,

        @Doc("whether each connection begins with a PROXY protocol header, version 1 or 2, that names its client")
        @Default("false")
        boolean proxyProtocol,

        @Doc("networks of proxies whose `X-Forwarded-For` or `Forwarded` is believed; empty: nobody's")
        List<String> trustedForwarders,

        @Default("{}") Limits limits) {
    public ListenerConfig {
        Networks.parse("trustedForwarders", trustedForwarders);
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
