package io.gatehouse.adapters.mcp;

import io.gatehouse.adapters.target.EngineFailedException;
import io.gatehouse.proxy.filter.LocalResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Says to a client of one era what a server of either said. */
final class Relay {
    /** Codes that mean something only between the gateway and the server, or not in the client's era. */
    private static final List<Long> OWN = List.of(-32001L, -32002L, -32020L, -32021L, -32022L, -32042L);

    private Relay() {}

    /** The response alone. */
    static Mono<LocalResponse> whole(Wire wire, Flux<Map<String, @Nullable Object>> messages) {
        return messages.last().map(message -> Rpc.response(200, response(wire, message)));
    }

    /** Progress as it comes, then the response. A server that breaks off is said as an error, and the stream fails. */
    static LocalResponse streamed(Wire wire, Flux<Map<String, @Nullable Object>> messages) {
        var events = messages.map(
                        message -> message.containsKey("method") ? progress(wire, message) : response(wire, message))
                .onErrorResume(e -> Flux.concat(Mono.just(broken(wire, e)), Mono.error(e)))
                .map(Relay::event);
        var response = LocalResponse.stream(200, "text/event-stream", events);
        response.headers().set("cache-control", "no-store");
        response.headers().set("x-accel-buffering", "no");
        return response;
    }

    private static ByteBuf event(Map<String, @Nullable Object> message) {
        return Unpooled.wrappedBuffer(
                "event: message\ndata: ".getBytes(StandardCharsets.UTF_8),
                Rpc.bytes(message),
                "\n\n".getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, @Nullable Object> broken(Wire wire, Throwable cause) {
        var text =
                cause instanceof EngineFailedException known ? known.getMessage() : "the call failed; it may have run";
        return Rpc.error(wire.id(), -32603, text == null ? "the call failed" : text, Map.of());
    }

    private static Map<String, @Nullable Object> progress(Wire wire, Map<String, @Nullable Object> message) {
        var params = new LinkedHashMap<>(Incoming.object(message.get("params")));
        params.put("progressToken", wire.progressToken());
        return Rpc.notification("notifications/progress", params);
    }

    private static Map<String, @Nullable Object> response(Wire wire, Map<String, @Nullable Object> message) {
        if (message.get("error") instanceof Map<?, ?> error) {
            return error(wire, error);
        }
        var result = new LinkedHashMap<String, @Nullable Object>();
        if (wire.modern()) {
            result.put("resultType", "complete");
        }
        var given = Incoming.object(message.get("result"));
        if (!"complete".equals(given.getOrDefault("resultType", "complete"))) {
            return Rpc.error(
                    wire.id(), -32603, "the server asks for input, which the gateway does not relay", Map.of());
        }
        given.forEach((name, value) -> {
            boolean newer = name.equals("resultType") || (name.equals("structuredContent") && !(value instanceof Map));
            if (wire.modern() || !newer) {
                result.put(name, value);
            }
        });
        return Rpc.result(wire.id(), result);
    }

    private static Map<String, @Nullable Object> error(Wire wire, Map<?, ?> error) {
        var code = error.get("code") instanceof Long number && !OWN.contains(number) ? number.intValue() : -32603;
        var text = error.get("message") instanceof String given ? given : "the server failed";
        return Rpc.error(wire.id(), code, text, Incoming.object(error.get("data")));
    }
}
