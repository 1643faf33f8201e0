package io.gatehouse.filters.routing;

import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterFactory;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Services;

/** Makes {@code respond} filters. */
public final class RespondFactory implements FilterFactory<RespondConfig> {
    @Override
    public String name() {
        return "respond";
    }

    @Override
    public Class<RespondConfig> configType() {
        return RespondConfig.class;
    }

    /** Last, in the target's place: whatever guards the route comes first. */
    @Override
    public Phase phase(RespondConfig config) {
        return Phase.INJECT;
    }

    @Override
    public boolean answersInPlaceOfTarget(RespondConfig config) {
        return true;
    }

    @Override
    public Filter create(RespondConfig config, Services services) {
        return new RespondFilter(config);
    }
}
