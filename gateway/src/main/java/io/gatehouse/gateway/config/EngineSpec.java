package io.gatehouse.gateway.config;

import io.gatehouse.proxy.engine.Engine;
import io.gatehouse.proxy.engine.EngineFactory;
import io.gatehouse.proxy.filter.Services;

/** An engine with its settings. */
public record EngineSpec<C extends Record>(EngineFactory<C> factory, C config) {
    public Engine create(String name, Services services) {
        return factory.create(name, config, services);
    }
}
