package io.gatehouse.filters.ratelimit;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.config.Rate;
import org.jspecify.annotations.Nullable;

/** Settings of {@code rate-limit}. */
public record RateLimitConfig(
        @Doc("so many in so long, such as 100/min") Rate limit,

        @Doc("whose requests are counted together: client, address, route or header:NAME") @Default("client")
        String by,

        @Doc("window: never more than the limit in any period; gcra: evenly, with bursts") @Default("window")
        Algorithm algorithm,

        @Doc("gcra only: how many may come at once; the limit where left out") @Nullable
        Long burst) {
    /** How requests are counted. */
    public enum Algorithm {
        WINDOW,
        GCRA
    }

    static final long HIGHEST = 100_000_000;

    public RateLimitConfig {
        if (limit.count() > HIGHEST) {
            throw new IllegalArgumentException("limit: expected at most " + HIGHEST + ", got `" + limit.count() + "`");
        }
        CountedBy.parse(by);
        if (burst != null && algorithm != Algorithm.GCRA) {
            throw new IllegalArgumentException("burst: expected only with `algorithm: gcra`");
        }
        if (burst != null && (burst < 1 || burst > HIGHEST)) {
            throw new IllegalArgumentException("burst: expected 1 to " + HIGHEST + ", got `" + burst + "`");
        }
    }
}
