package io.gatehouse.adapters.http;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import java.util.Map;
import java.util.Set;

/** One declared operation. */
public record OperationConfig(
        @Doc("what it does, for callers and approvers") String description,

        @Doc("GET, POST, PUT, PATCH or DELETE") String method,

        @Doc("appended to the engine's url; {name} stands for an argument")
        String path,

        @Doc("0-100, read in conditions as action.risk") @Default("70")
        int risk,

        @Doc("what the caller may send, by name; anything else is refused")
        Map<String, ArgumentConfig> arguments) {
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");

    public OperationConfig {
        if (!METHODS.contains(method)) {
            throw new IllegalArgumentException(
                    "method: expected GET, POST, PUT, PATCH or DELETE, got `" + method + "`");
        }
        if (risk < 0 || risk > 100) {
            throw new IllegalArgumentException("risk: expected 0 to 100, got `" + risk + "`");
        }
        for (var name : arguments.keySet()) {
            if (!name.matches("[a-zA-Z_][a-zA-Z0-9_-]{0,63}")) {
                throw new IllegalArgumentException(
                        "arguments: expected names of letters, digits, `-` and `_`, got `" + name + "`");
            }
        }
    }
}
