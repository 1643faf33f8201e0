package io.gatehouse.adapters.http;

import io.gatehouse.adapters.target.Target;
import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.config.Secret;
import io.gatehouse.config.Size;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** Settings of an engine of type {@code http}. */
public record HttpEngineConfig(
        @Doc("where the operations' paths begin, such as https://crm.example.com/api")
        URI url,

        @Doc("what can be called, by name") Map<String, OperationConfig> operations,

        @Doc("until the answer begins, and once more until it is whole") @Default("30s")
        Duration timeout,

        @Doc("largest answer that is passed on") @Default("1MiB")
        Size maxResponse,

        @Doc("sent with every request: the target's credentials")
        Map<String, Secret> headers) {
    public HttpEngineConfig {
        Target.checked(url);
        if (operations.isEmpty()) {
            throw new IllegalArgumentException("operations: expected at least one");
        }
        for (var name : operations.keySet()) {
            if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}")) {
                throw new IllegalArgumentException(
                        "operations: expected names of letters, digits, `-` and `_`, got `" + name + "`");
            }
        }
    }
}
