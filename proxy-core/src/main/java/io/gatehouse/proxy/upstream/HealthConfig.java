package io.gatehouse.proxy.upstream;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import java.time.Duration;

/** How the gateway asks targets whether they are well. */
public record HealthConfig(
        @Doc("what is asked for with GET") String path,
        @Default("5s") Duration interval,
        @Default("2s") Duration timeout,

        @Doc("checks in a row that a target must pass to be used again") @Default("2")
        int healthy,

        @Doc("checks in a row after which it is used no more") @Default("3")
        int unhealthy,

        @Doc("what a healthy target answers: `200` or `200-299`") @Default("200-299")
        StatusRange status) {
    public HealthConfig {
        if (!path.startsWith("/") || !path.matches("[!-~]+")) {
            throw new IllegalArgumentException("path: expected a path that begins with `/`, got `" + path + "`");
        }
        if (interval.toMillis() < 100) {
            throw new IllegalArgumentException("interval: expected `100ms` or more");
        }
        if (timeout.toMillis() < 10 || timeout.compareTo(interval) > 0) {
            throw new IllegalArgumentException("timeout: expected `10ms` or more and no more than `interval`");
        }
        if (healthy < 1 || unhealthy < 1) {
            throw new IllegalArgumentException("healthy, unhealthy: expected 1 or more");
        }
    }
}
