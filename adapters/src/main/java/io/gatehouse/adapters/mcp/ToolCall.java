package io.gatehouse.adapters.mcp;

import io.gatehouse.adapters.json.CanonicalJson;
import io.gatehouse.adapters.json.PrettyJson;
import io.gatehouse.proxy.filter.Call;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call of a tool, as it is judged, shown, bound and sent.
 *
 * @param url where the server stands: under the same name there may be another one day
 */
record ToolCall(String server, String url, Tool tool, Map<String, @Nullable Object> arguments) implements Call {
    @Override
    public String canonical() {
        return CanonicalJson.of(Map.of(
                "server", server, "url", url, "tool", tool.name(), "definition", tool.hash(), "arguments", arguments));
    }

    @Override
    public String title() {
        return server + ": " + tool.name();
    }

    @Override
    public String detail() {
        return PrettyJson.of(arguments);
    }
}
