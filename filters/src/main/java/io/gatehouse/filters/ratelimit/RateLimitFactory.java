package io.gatehouse.filters.ratelimit;

import io.gatehouse.config.Rate;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterFactory;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Services;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/** Makes {@code rate-limit} filters. */
public final class RateLimitFactory implements FilterFactory<RateLimitConfig> {
    private final LongSupplier nanoTime;

    public RateLimitFactory() {
        this(System::nanoTime);
    }

    RateLimitFactory(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public String name() {
        return "rate-limit";
    }

    @Override
    public Class<RateLimitConfig> configType() {
        return RateLimitConfig.class;
    }

    /** By address at the edge, before anyone is identified, so that guessing credentials is limited too. */
    @Override
    public Phase phase(RateLimitConfig config) {
        return switch (CountedBy.parse(config.by())) {
            case CountedBy.Address address -> Phase.EDGE;
            case CountedBy.Client client -> Phase.LIMIT;
            case CountedBy.Route route -> Phase.LIMIT;
            case CountedBy.Header header -> Phase.LIMIT;
        };
    }

    @Override
    public Filter create(RateLimitConfig config, Services services) {
        var denied = services.meters().counter("gatehouse.rate.limit.denied", "by", config.by());
        var by = CountedBy.parse(config.by());
        return switch (config.algorithm()) {
            case WINDOW -> new RateLimitFilter(by, windows(config), text(config, config.limit().count(), 0), nanoTime, denied);
            case GCRA -> {
                long burst = burst(config);
                long interval = interval(config.limit());
                if (burst > Long.MAX_VALUE / 4 / interval) {
                    throw new IllegalArgumentException("burst: expected less for so slow a limit, got `" + burst + "`");
                }
                yield new RateLimitFilter(
                        by, now -> new Gcra(interval, burst, now), text(config, burst, interval), nanoTime, denied);
            }
        };
    }

    private LongFunction<Allowance> windows(RateLimitConfig config) {
        var limit = config.limit();
        var shape = new RollingWindow.Shape(limit.count(), limit.per().toNanos(), nanoTime.getAsLong());
        return now -> new RollingWindow(shape);
    }

    private static long burst(RateLimitConfig config) {
        var burst = config.burst();
        return burst == null ? config.limit().count() : burst;
    }

    /** Rounded up, so that no more than the limit passes in the long run. */
    private static long interval(Rate limit) {
        return (limit.per().toNanos() + limit.count() - 1) / limit.count();
    }

    private static LimitText text(RateLimitConfig config, long most, long costNanos) {
        var limit = config.limit();
        return new LimitText(config.by(), limit.count(), limit.per().toNanos(), most, costNanos);
    }
}
