package io.gatehouse.adapters.mcp;

import io.gatehouse.adapters.json.JsonRefusedException;
import io.gatehouse.adapters.json.StrictJson;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a client sent: one JSON-RPC object, read strictly. */
sealed interface Incoming {
    Set<String> MEMBERS = Set.of("jsonrpc", "id", "method", "params");

    String method();

    Map<String, @Nullable Object> params();

    /**
     * A message that is answered.
     *
     * @param id a {@code String} or a {@code Long}
     */
    record Request(Object id, String method, Map<String, @Nullable Object> params) implements Incoming {}

    /** A message that gets no answer. */
    record Notification(String method, Map<String, @Nullable Object> params) implements Incoming {}

    /** {@code params._meta}, empty where there is none. */
    default Map<String, @Nullable Object> meta() {
        return object(params().get("_meta"));
    }

    /**
     * The message that a body holds.
     *
     * @throws RpcError.Refused where it is anything else than one request or notification
     */
    static Incoming read(byte[] body) {
        Object value;
        try {
            value = StrictJson.exactNumbers().read(body);
        } catch (JsonRefusedException e) {
            throw new RpcError.Refused(RpcError.parse(e.getMessage()));
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw invalid("expected one JSON-RPC object");
        }
        if (!"2.0".equals(map.get("jsonrpc")) || !MEMBERS.containsAll(map.keySet())) {
            throw invalid("expected `jsonrpc` 2.0, `method`, `params` and `id`, and nothing else");
        }
        if (!(map.get("method") instanceof String method) || method.isEmpty() || method.length() > 128) {
            throw invalid("expected a method");
        }
        if (map.containsKey("params") && !(map.get("params") instanceof Map)) {
            throw invalid("expected params to be an object");
        }
        var params = object(map.get("params"));
        if (params.containsKey("_meta") && !(params.get("_meta") instanceof Map)) {
            throw invalid("expected _meta to be an object");
        }
        if (!map.containsKey("id")) {
            return new Notification(method, params);
        }
        var id = map.get("id");
        boolean valid = id instanceof Long || (id instanceof String text && text.length() <= 1024);
        if (id == null || !valid) {
            throw invalid("expected an id that is a string or a whole number");
        }
        return new Request(id, method, params);
    }

    private static RpcError.Refused invalid(String message) {
        return new RpcError.Refused(RpcError.invalidRequest(message));
    }

    /** {@code value} as an object, or an empty one. */
    @SuppressWarnings("unchecked") // StrictJson makes maps with string keys only
    static Map<String, @Nullable Object> object(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : Map.of();
    }
}
