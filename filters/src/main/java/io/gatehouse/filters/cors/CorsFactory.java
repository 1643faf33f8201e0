package io.gatehouse.filters.cors;

import io.gatehouse.proxy.RouteConfig;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterFactory;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Services;

/** Makes {@code cors} filters. */
public final class CorsFactory implements FilterFactory<CorsConfig> {
    @Override
    public String name() {
        return "cors";
    }

    @Override
    public Class<CorsConfig> configType() {
        return CorsConfig.class;
    }

    /** At the edge: a preflight carries no credentials, so it is answered before anyone is identified. */
    @Override
    public Phase phase(CorsConfig config) {
        return Phase.EDGE;
    }

    @Override
    public void check(CorsConfig config, RouteConfig.Match route) {
        if (!route.methods().isEmpty() && !route.methods().contains("OPTIONS")) {
            throw new IllegalArgumentException(
                    "expected `OPTIONS` among the methods of the route, since preflights come with it");
        }
    }

    @Override
    public Filter create(CorsConfig config, Services services) {
        return new CorsFilter(config);
    }
}
