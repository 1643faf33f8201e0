package io.gatehouse.adapters.http;

import io.gatehouse.adapters.json.CanonicalJson;
import io.gatehouse.adapters.json.PrettyJson;
import io.gatehouse.proxy.filter.Call;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A checked call of a declared operation. */
record OperationCall(String engine, Operation operation, Map<String, @Nullable Object> arguments) implements Call {
    @Override
    public String canonical() {
        return CanonicalJson.of(Map.of(
                "engine",
                engine,
                "operation",
                operation.name(),
                "definition",
                operation.hash(),
                "arguments",
                arguments));
    }

    @Override
    public String title() {
        return engine + ": " + operation.name();
    }

    @Override
    public String detail() {
        return PrettyJson.of(arguments);
    }
}
