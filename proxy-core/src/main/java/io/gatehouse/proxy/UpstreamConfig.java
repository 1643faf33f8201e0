package io.gatehouse.proxy;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.config.Durations;
import io.gatehouse.config.Percent;
import io.gatehouse.config.Shorthand;
import io.gatehouse.proxy.tls.UpstreamTlsConfig;
import io.gatehouse.proxy.upstream.Balance;
import io.gatehouse.proxy.upstream.CircuitBreakerConfig;
import io.gatehouse.proxy.upstream.EjectionConfig;
import io.gatehouse.proxy.upstream.HealthConfig;
import io.gatehouse.proxy.upstream.RetryConfig;
import io.gatehouse.proxy.upstream.TargetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where plain requests are forwarded to. */
public record UpstreamConfig(
        @Doc("one or more addresses") List<TargetConfig> targets,

        @Doc("how a target is chosen among several") @Default("least-request")
        Balance balance,

        @Doc("what is spoken to http and https targets; auto: HTTP/2 where the target offers it by ALPN")
        @Default("http1")
        Protocol protocol,

        @Doc("whether `Host` is what the client asked for, and not the target's own name") @Default("false")
        boolean preserveHost,

        @Doc("for https targets; left out: verified against the JDK's trust store") @Nullable
        UpstreamTlsConfig tls,

        @Default("{}") Timeouts timeouts,
        @Default("{}") Connections connections,

        @Doc("left out: targets are not asked whether they are well") @Nullable
        HealthConfig health,

        @Default("{}") EjectionConfig ejection,
        @Doc("left out: none") @Nullable CircuitBreakerConfig circuitBreaker,
        @Default("{}") RetryConfig retry) {
    public UpstreamConfig {
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("targets: expected at least one");
        }
        if (targets.stream().allMatch(target -> target.weight() == 0)) {
            throw new IllegalArgumentException("targets: expected at least one with a weight above 0");
        }
        if (tls != null && targets.stream().noneMatch(target -> target.address().secure())) {
            throw new IllegalArgumentException("tls: expected a target with `https`");
        }
    }

    /** An upstream with what is left out of a configuration. */
    public UpstreamConfig(List<TargetConfig> targets, Timeouts timeouts) {
        this(
                targets,
                Balance.LEAST_REQUEST,
                Protocol.HTTP1,
                false,
                null,
                timeouts,
                new Connections(1024, 256),
                null,
                new EjectionConfig(5, Duration.ofSeconds(10), Duration.ofMinutes(5), false),
                null,
                new RetryConfig(3, Set.of(), new Percent(0.2)));
    }

    /** What is spoken to targets. */
    public enum Protocol {
        AUTO,
        HTTP1,
        HTTP2
    }

    /** One address of an upstream. */
    @Shorthand("url")
    public record TargetConfig(
            @Doc("such as http://127.0.0.1:9000, https://api.example.com, h2c://127.0.0.1:50051, unix:/run/app.sock")
            URI url,

            @Doc("share of the requests in relation to the other targets, 0 to 1000; 0: no new requests") @Default("1")
            int weight) {
        public TargetConfig {
            if (weight < 0 || weight > 1000) {
                throw new IllegalArgumentException("weight: expected 0 to 1000, got `" + weight + "`");
            }
            TargetAddress.of(url, weight);
        }

        /** A target with the usual weight. */
        public TargetConfig(URI url) {
            this(url, 1);
        }

        public TargetAddress address() {
            return TargetAddress.of(url, weight);
        }
    }

    /** How long the gateway waits for a target. */
    public record Timeouts(
            @Doc("until the connection stands") @Default("1s")
            Duration connect,

            @Doc("until the answer's head is complete") @Default("30s")
            Duration response,

            @Doc("without a byte in either direction") @Default("60s")
            Duration idle) {
        public Timeouts {
            if (connect.toMillis() < 1 || connect.compareTo(Duration.ofMinutes(10)) > 0) {
                throw new IllegalArgumentException(
                        "connect: expected `1ms` to `10m`, got `" + Durations.format(connect) + "`");
            }
            requireSome("response", response);
            requireSome("idle", idle);
        }

        private static void requireSome(String key, Duration value) {
            if (value.toMillis() < 1) {
                throw new IllegalArgumentException(
                        key + ": expected `1ms` or more, got `" + Durations.format(value) + "`");
            }
        }
    }

    /** How many connections each event loop keeps to one address of a target. */
    public record Connections(
            @Doc("beyond them requests are refused with 503") @Default("1024")
            int max,

            @Doc("of those how many are kept while nothing is asked") @Default("256")
            int idle) {
        public Connections {
            if (max < 1) {
                throw new IllegalArgumentException("max: expected 1 or more, got `" + max + "`");
            }
            if (idle < 0) {
                throw new IllegalArgumentException("idle: expected 0 or more, got `" + idle + "`");
            }
        }
    }
}
