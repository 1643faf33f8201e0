package io.gatehouse.adapters.http;

import io.gatehouse.proxy.engine.Engine;
import io.gatehouse.proxy.engine.EngineFactory;
import io.gatehouse.proxy.filter.Services;

/** Makes engines of type {@code http}. */
public final class HttpEngineFactory implements EngineFactory<HttpEngineConfig> {
    @Override
    public String type() {
        return "http";
    }

    @Override
    public Class<HttpEngineConfig> configType() {
        return HttpEngineConfig.class;
    }

    @Override
    public Engine create(String name, HttpEngineConfig config, Services services) {
        return new HttpEngine(name, config);
    }
}
