package io.gatehouse.adapters.mcp;

import io.gatehouse.adapters.json.CanonicalJson;
import io.gatehouse.proxy.filter.LocalResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the gateway says in JSON-RPC. */
final class Rpc {
    static final Map<String, Object> IMPLEMENTATION = Map.of("name", "gatehouse", "version", "0.1.0");

    private Rpc() {}

    static Map<String, @Nullable Object> request(Object id, String method, Map<String, ?> params) {
        var message = new LinkedHashMap<String, @Nullable Object>();
        message.put("jsonrpc", "2.0");
        message.put("id", id);
        message.put("method", method);
        message.put("params", params);
        return message;
    }

    static Map<String, @Nullable Object> notification(String method, Map<String, ?> params) {
        var message = request("", method, params);
        message.remove("id");
        return message;
    }

    static Map<String, @Nullable Object> result(Object id, Map<String, ?> result) {
        var message = new LinkedHashMap<String, @Nullable Object>();
        message.put("jsonrpc", "2.0");
        message.put("id", id);
        message.put("result", result);
        return message;
    }

    /** @param id of the request, or {@code null} where it could not be read: then the answer has none */
    static Map<String, @Nullable Object> error(@Nullable Object id, int code, String text, Map<String, ?> data) {
        var error = new LinkedHashMap<String, Object>();
        error.put("code", (long) code);
        error.put("message", text);
        if (!data.isEmpty()) {
            error.put("data", data);
        }
        var message = new LinkedHashMap<String, @Nullable Object>();
        message.put("jsonrpc", "2.0");
        if (id != null) {
            message.put("id", id);
        }
        message.put("error", error);
        return message;
    }

    /** A tool's result that says what went wrong in words that a model can act on. */
    static Map<String, @Nullable Object> toolError(String text, boolean modern, Map<String, ?> meta) {
        var result = new LinkedHashMap<String, @Nullable Object>();
        if (modern) {
            result.put("resultType", "complete");
        }
        result.put("content", List.of(Map.of("type", "text", "text", text)));
        result.put("isError", true);
        result.put("_meta", meta);
        return result;
    }

    static byte[] bytes(Map<String, ?> message) {
        return CanonicalJson.inOrder(message).getBytes(StandardCharsets.UTF_8);
    }

    static LocalResponse response(int status, Map<String, ?> message) {
        var response = LocalResponse.of(status, "application/json", bytes(message));
        response.headers().set("cache-control", "no-store");
        return response;
    }
}
