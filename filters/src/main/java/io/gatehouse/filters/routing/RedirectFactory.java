package io.gatehouse.filters.routing;

import io.gatehouse.proxy.RouteConfig;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterFactory;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Services;

/** Makes {@code redirect} filters. */
public final class RedirectFactory implements FilterFactory<RedirectConfig> {
    @Override
    public String name() {
        return "redirect";
    }

    @Override
    public Class<RedirectConfig> configType() {
        return RedirectConfig.class;
    }

    /** Last, in the target's place: whatever guards the route comes first. */
    @Override
    public Phase phase(RedirectConfig config) {
        return Phase.INJECT;
    }

    @Override
    public void check(RedirectConfig config, RouteConfig.Match route) {
        if (config.to().contains("{host}") && route.hosts().isEmpty()) {
            throw new IllegalArgumentException(
                    "expected a route that names its hosts, since `to` takes `{host}` from the request");
        }
    }

    @Override
    public boolean answersInPlaceOfTarget(RedirectConfig config) {
        return true;
    }

    @Override
    public Filter create(RedirectConfig config, Services services) {
        return new RedirectFilter(config);
    }
}
