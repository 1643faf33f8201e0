package io.gatehouse.gateway.config;

import io.gatehouse.config.Secret;
import io.gatehouse.filters.BuiltInFilters;
import io.gatehouse.proxy.engine.Engine;
import io.gatehouse.proxy.engine.EngineFactory;
import io.gatehouse.proxy.filter.Services;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** The built-in filters, and an engine type that can be configured without its server. */
public final class TestExtensions {
    public static final ConfigSource SOURCE =
            new ConfigSource(Extensions.of(BuiltInFilters.factories(), List.of(new ToolsFactory())));

    /** The environment of the examples and of the golden files. */
    public static final Map<String, String> ENVIRONMENT = Map.of(
            "WAREHOUSE_KEY", "Gx7vQ2mZp0Rk9sLw",
            "ADA_TOKEN", "u8Kd02mXnQ5vTz71",
            "ASSISTANT_KEY", "Bw4nY6cJ1hSe3LfQ",
            "SHORT", "s3cr3t");

    private TestExtensions() {}

    /** Settings of an engine. */
    public record ToolsConfig(URI url, Map<String, Tool> tools, Map<String, Secret> headers) {}

    /** A tool's risk. */
    public record Tool(int risk) {}

    /** Type {@code mcp}. */
    private static final class ToolsFactory implements EngineFactory<ToolsConfig> {
        @Override
        public String type() {
            return "mcp";
        }

        @Override
        public Class<ToolsConfig> configType() {
            return ToolsConfig.class;
        }

        @Override
        public Engine create(String name, ToolsConfig config, Services services) {
            throw new IllegalArgumentException("this engine is for tests of the configuration alone");
        }
    }
}
