package io.gatehouse.filters.edge;

import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterFactory;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Services;

/** Makes {@code request-id} filters. */
public final class RequestIdFactory implements FilterFactory<RequestIdConfig> {
    @Override
    public String name() {
        return "request-id";
    }

    @Override
    public Class<RequestIdConfig> configType() {
        return RequestIdConfig.class;
    }

    @Override
    public Phase phase(RequestIdConfig config) {
        return Phase.EDGE;
    }

    @Override
    public Filter create(RequestIdConfig config, Services services) {
        return new RequestIdFilter(
                HeaderRules.name("header", config.header()), config.trust(), new RequestIds(services.clock()));
    }
}
