package io.gatehouse.proxy.upstream;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.config.Percent;
import java.time.Duration;

/** When an upstream that fails too often is asked nothing more for a while. */
public record CircuitBreakerConfig(
        @Doc("share of failures from which it opens") @Default("50%")
        Percent failureRate,

        @Doc("how many requests are looked back on") @Default("100")
        int window,

        @Doc("how many requests must have ended before it may open") @Default("20")
        int minimum,

        @Doc("how long nothing is asked") @Default("10s") Duration open,

        @Doc("how many requests then try whether it is well again") @Default("5")
        int probes,

        @Doc("whether answers from 500 count as failures; then whoever can provoke them can open the breaker")
        @Default("false")
        boolean serverErrors) {
    public CircuitBreakerConfig {
        if (failureRate.fraction() <= 0) {
            throw new IllegalArgumentException("failureRate: expected more than `0%`");
        }
        if (window < 1 || window > 10_000) {
            throw new IllegalArgumentException("window: expected 1 to 10000, got `" + window + "`");
        }
        if (minimum < 1) {
            throw new IllegalArgumentException("minimum: expected 1 or more, got `" + minimum + "`");
        }
        if (probes < 1 || probes > 1000) {
            throw new IllegalArgumentException("probes: expected 1 to 1000, got `" + probes + "`");
        }
        if (open.toMillis() < 1) {
            throw new IllegalArgumentException("open: expected `1ms` or more");
        }
    }
}
