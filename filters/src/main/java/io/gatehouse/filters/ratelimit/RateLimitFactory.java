package io.gatehouse.filters.ratelimit;

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
        var limit = config.limit();
        long period = limit.per().toNanos();
        var denied = services.meters().counter("gatehouse.rate.limit.denied", "by", config.by());
        LongFunction<Allowance> fresh;
        LimitText text;
        switch (config.algorithm()) {
            case WINDOW -> {
                var shape = new RollingWindow.Shape(limit.count(), period, nanoTime.getAsLong());
                fresh = now -> new RollingWindow(shape);
                text = new LimitText(config.by(), limit.count(), period, limit.count(), 0);
            }
            case GCRA -> {
                long burst = config.burst() == null ? limit.count() : config.burst();
                long interval = (period + limit.count() - 1) / limit.count();
                if (burst > Long.MAX_VALUE / 4 / interval) {
                    throw new IllegalArgumentException("burst: expected less for so slow a limit, got `" + burst + "`");
                }
                fresh = now -> new Gcra(interval, burst, now);
                text = new LimitText(config.by(), limit.count(), period, burst, interval);
            }
        }
        return new RateLimitFilter(CountedBy.parse(config.by()), fresh, text, nanoTime, denied);
    }
}
