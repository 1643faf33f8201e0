package io.gatehouse.adapters;

import io.gatehouse.adapters.http.HttpEngineFactory;
import io.gatehouse.adapters.mcp.McpEngineFactory;
import io.gatehouse.proxy.engine.EngineFactory;
import java.util.List;

/** The engines that come with the gateway. */
public final class BuiltInEngines {
    private BuiltInEngines() {}

    public static List<EngineFactory<?>> all() {
        return List.of(new HttpEngineFactory(), new McpEngineFactory());
    }
}
