package io.gatehouse.adapters.mcp;

import io.gatehouse.proxy.engine.Engine;
import io.gatehouse.proxy.engine.EngineFactory;
import io.gatehouse.proxy.filter.Services;

/** Makes engines of type {@code mcp}. */
public final class McpEngineFactory implements EngineFactory<McpConfig> {
    @Override
    public String type() {
        return "mcp";
    }

    @Override
    public Class<McpConfig> configType() {
        return McpConfig.class;
    }

    @Override
    public Engine create(String name, McpConfig config, Services services) {
        return new McpEngine(name, config, services.clock());
    }
}
