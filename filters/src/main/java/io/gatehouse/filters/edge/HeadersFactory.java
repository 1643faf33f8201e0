package io.gatehouse.filters.edge;

import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterFactory;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Services;

/** Makes {@code headers} filters. */
public final class HeadersFactory implements FilterFactory<HeadersConfig> {
    @Override
    public String name() {
        return "headers";
    }

    @Override
    public Class<HeadersConfig> configType() {
        return HeadersConfig.class;
    }

    /**
     * At the edge, where answers of every later filter pass too; with changes to the request after identification, so that no
     * credential is made or lost here, and before the policies judge.
     */
    @Override
    public Phase phase(HeadersConfig config) {
        return config.request().isEmpty() ? Phase.EDGE : Phase.TRANSFORM;
    }

    @Override
    public Filter create(HeadersConfig config, Services services) {
        if (config.request().isEmpty() && config.response().isEmpty()) {
            throw new IllegalArgumentException("expected `request` or `response`");
        }
        return new HeadersFilter(
                HeaderEdit.compile("request", config.request()), HeaderEdit.compile("response", config.response()));
    }
}
