package io.gatehouse.filters.routing;

import io.gatehouse.proxy.RouteConfig;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterFactory;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Services;

/** Makes {@code https-only} filters. */
public final class HttpsOnlyFactory implements FilterFactory<HttpsOnlyConfig> {
    @Override
    public String name() {
        return "https-only";
    }

    @Override
    public Class<HttpsOnlyConfig> configType() {
        return HttpsOnlyConfig.class;
    }

    /** Before anybody is identified: what came in clear text is to be sent again, and nothing in it is to be used. */
    @Override
    public Phase phase(HttpsOnlyConfig config) {
        return Phase.EDGE;
    }

    @Override
    public void check(HttpsOnlyConfig config, RouteConfig.Match route) {
        if (route.hosts().isEmpty()) {
            throw new IllegalArgumentException(
                    "expected a route that names its hosts, since clients are sent to the host that they asked for");
        }
    }

    @Override
    public Filter create(HttpsOnlyConfig config, Services services) {
        return new HttpsOnlyFilter(config);
    }
}
