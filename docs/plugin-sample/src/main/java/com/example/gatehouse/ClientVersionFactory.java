package com.example.gatehouse;

import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterFactory;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Services;

/** Makes {@code client-version} filters. Named in {@code META-INF/services}, where the gateway finds it. */
public final class ClientVersionFactory implements FilterFactory<ClientVersionConfig> {
    @Override
    public String name() {
        return "client-version";
    }

    @Override
    public Class<ClientVersionConfig> configType() {
        return ClientVersionConfig.class;
    }

    /** Before anyone is identified: an old client is told so whoever uses it. */
    @Override
    public Phase phase(ClientVersionConfig config) {
        return Phase.EDGE;
    }

    @Override
    public Filter create(ClientVersionConfig config, Services services) {
        return new ClientVersionFilter(config, services.meters().counter("client.version.refused"));
    }
}
