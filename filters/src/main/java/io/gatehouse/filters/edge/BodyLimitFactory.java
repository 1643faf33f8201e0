package io.gatehouse.filters.edge;

import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterFactory;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Services;

/** Makes {@code body-limit} filters. */
public final class BodyLimitFactory implements FilterFactory<BodyLimitConfig> {
    @Override
    public String name() {
        return "body-limit";
    }

    @Override
    public Class<BodyLimitConfig> configType() {
        return BodyLimitConfig.class;
    }

    @Override
    public Phase phase(BodyLimitConfig config) {
        return Phase.EDGE;
    }

    @Override
    public Filter create(BodyLimitConfig config, Services services) {
        return new BodyLimitFilter(config);
    }
}
