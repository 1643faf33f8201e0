package io.gatehouse.adapters.mcp;

import io.gatehouse.adapters.target.Target;
import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.config.Secret;
import io.gatehouse.config.Size;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Settings of an engine of type {@code mcp}: one MCP server over streamable HTTP. */
public record McpConfig(
        @Doc("the server's endpoint, such as http://127.0.0.1:3001/mcp")
        URI url,

        @Doc("until the server begins to answer, and from then on between any two pieces of its answer") @Default("60s")
        Duration timeout,

        @Doc("whether the server's hints on its tools are believed") @Default("false")
        boolean trusted,

        @Doc("what the operator knows of single tools, by name")
        Map<String, ToolConfig> tools,

        @Doc("values of Origin that browsers may send, such as https://app.example.com; none by default")
        List<String> origins,

        @Doc("largest answer that is passed on") @Default("16MiB")
        Size maxResponse,

        @Doc("sent with every request: the server's credentials")
        Map<String, Secret> headers) {
    public McpConfig {
        Target.checked(url);
        for (var origin : origins) {
            if (!origin.matches("https?://[a-z0-9.\\[\\]:-]+")) {
                throw new IllegalArgumentException(
                        "origins: expected values such as `https://app.example.com`, got `" + origin + "`");
            }
        }
    }

    /** What the operator knows of one tool. */
    public record ToolConfig(
            @Doc("0-100, read in conditions as action.risk") int risk) {
        public ToolConfig {
            if (risk < 0 || risk > 100) {
                throw new IllegalArgumentException("risk: expected 0 to 100, got `" + risk + "`");
            }
        }
    }
}
