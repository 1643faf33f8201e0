package io.gatehouse.filters.routing;

import io.gatehouse.proxy.RouteConfig;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterFactory;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Services;
import io.gatehouse.proxy.route.PathPattern;

/** Makes {@code rewrite} filters. */
public final class RewriteFactory implements FilterFactory<RewriteConfig> {
    @Override
    public String name() {
        return "rewrite";
    }

    @Override
    public Class<RewriteConfig> configType() {
        return RewriteConfig.class;
    }

    /** Before anything is judged: policies and approvals see the path that the target gets. */
    @Override
    public Phase phase(RewriteConfig config) {
        return Phase.TRANSFORM;
    }

    @Override
    public void check(RewriteConfig config, RouteConfig.Match route) {
        PathTemplate.of(config).check(PathPattern.parse(route.path()));
    }

    @Override
    public Filter create(RewriteConfig config, Services services) {
        return new RewriteFilter(config);
    }
}
