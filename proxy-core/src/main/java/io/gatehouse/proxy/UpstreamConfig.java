package io.gatehouse.proxy;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.config.Shorthand;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** Where plain requests are forwarded to. */
public record UpstreamConfig(
        @Doc("one or more addresses, used in turn") List<TargetConfig> targets,
        @Default("{}") Timeouts timeouts) {
    public UpstreamConfig {
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("targets: expected at least one");
        }
    }

    /** One address of an upstream. */
    @Shorthand("url")
    public record TargetConfig(
            @Doc("such as http://127.0.0.1:9000") URI url) {
        public TargetConfig {
            if (!"http".equals(url.getScheme()) || url.getHost() == null) {
                throw new IllegalArgumentException("expected an address such as `http://127.0.0.1:9000`");
            }
        }
    }

    /** How long the gateway waits for a target. */
    public record Timeouts(
            @Doc("until the connection stands") @Default("1s")
            Duration connect,

            @Doc("until the answer's head is complete") @Default("30s")
            Duration response,

            @Doc("without a byte in either direction") @Default("60s")
            Duration idle) {}
}
