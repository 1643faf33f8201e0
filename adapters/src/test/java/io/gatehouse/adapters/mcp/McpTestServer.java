package io.gatehouse.adapters.mcp;

import io.gatehouse.adapters.json.CanonicalJson;
import io.gatehouse.adapters.json.StrictJson;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** A small MCP server of one era, as strict as its specification asks. */
final class McpTestServer implements AutoCloseable {
    /** Methods in the order in which they came; tool calls as {@code tools/call NAME ARGUMENTS}. */
    final List<String> calls = new CopyOnWriteArrayList<>();

    final Set<String> sessions = ConcurrentHashMap.newKeySet();
    final List<HttpHeaders> headers = new CopyOnWriteArrayList<>();
    final List<Map<String, @Nullable Object>> metadata = new CopyOnWriteArrayList<>();
    final CountDownLatch abandoned = new CountDownLatch(1);
    volatile List<String> tools = List.of(
            tool("echo", "\"annotations\":{\"readOnlyHint\":true,\"openWorldHint\":false},"),
            tool("delete_customer", ""),
            tool("slow", ""));
    private final boolean modern;
    private final DisposableServer server;

    McpTestServer(boolean modern) {
        this.modern = modern;
        server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle((request, response) -> request.receive()
                        .aggregate()
                        .asString()
                        .defaultIfEmpty("")
                        .flatMap(body ->
                                Mono.from(serve(request, response, body)).then()))
                .bindNow();
    }

    static String tool(String name, String more) {
        return "{\"name\":\"" + name + "\"," + more + "\"description\":\"does " + name
                + "\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"}}}}";
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.port() + "/mcp");
    }

    private Publisher<Void> serve(HttpServerRequest request, HttpServerResponse response, String body) {
        if (request.method().name().equals("DELETE") && !modern) {
            calls.add("DELETE");
            sessions.remove(request.requestHeaders().get("mcp-session-id"));
            return response.status(200).send();
        }
        if (!request.method().name().equals("POST")) {
            return response.status(405).send();
        }
        var message = Incoming.object(StrictJson.exactNumbers().read(body));
        var method = String.valueOf(message.get("method"));
        var params = Incoming.object(message.get("params"));
        calls.add(
                method.equals("tools/call")
                        ? method + " " + params.get("name") + " " + CanonicalJson.of(params.get("arguments"))
                        : method);
        headers.add(request.requestHeaders().copy());
        metadata.add(Incoming.object(params.get("_meta")));
        var fault = modern ? modernFault(request.requestHeaders(), method, params) : null;
        if (fault != null) {
            return json(response.status(400), message, "\"error\":{\"code\":-32020,\"message\":\"" + fault + "\"}");
        }
        if (!modern && !method.equals("initialize")) {
            var session = request.requestHeaders().get("mcp-session-id");
            if (session == null || !sessions.contains(session)) {
                return response.status(session == null ? 400 : 404).sendString(Mono.just("no session"));
            }
        }
        return answer(response, message, method, params);
    }

    private static @Nullable String modernFault(
            HttpHeaders headers, String method, Map<String, @Nullable Object> params) {
        var meta = Incoming.object(params.get("_meta"));
        if (!"2026-07-28".equals(meta.get(Meta.VERSION)) || !"2026-07-28".equals(headers.get("mcp-protocol-version"))) {
            return "version";
        }
        if (!(meta.get(Meta.CLIENT_CAPABILITIES) instanceof Map) || headers.contains("mcp-session-id")) {
            return "envelope";
        }
        boolean named = !method.equals("tools/call")
                || String.valueOf(params.get("name")).equals(headers.get("mcp-name"));
        return method.equals(headers.get("mcp-method")) && named ? null : "headers";
    }

    private Publisher<Void> answer(
            HttpServerResponse response,
            Map<String, @Nullable Object> message,
            String method,
            Map<String, @Nullable Object> params) {
        var type = modern ? "\"resultType\":\"complete\"," : "";
        return switch (method) {
            case "server/discover" ->
                modern
                        ? json(
                                response,
                                message,
                                "\"result\":{" + type
                                        + "\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{}},\"instructions\":\"be kind\",\"ttlMs\":0,\"cacheScope\":\"public\"}")
                        : json(
                                response.status(400),
                                message,
                                "\"error\":{\"code\":-32000,\"message\":\"not initialized\"}");
            case "initialize" -> {
                if (modern) {
                    yield json(
                            response.status(400),
                            message,
                            "\"error\":{\"code\":-32602,\"message\":\"2026-07-28 only\"}");
                }
                var session = UUID.randomUUID().toString();
                sessions.add(session);
                yield json(
                        response.header("mcp-session-id", session),
                        message,
                        "\"result\":{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"t\",\"version\":\"1\"},\"instructions\":\"be kind\"}");
            }
            case "tools/list" -> {
                int from = params.get("cursor") instanceof String cursor ? Integer.parseInt(cursor) : 0;
                var page = new ArrayList<>(tools.subList(from, Math.min(from + 2, tools.size())));
                var next = from + 2 < tools.size() ? ",\"nextCursor\":\"" + (from + 2) + "\"" : "";
                yield json(
                        response,
                        message,
                        "\"result\":{" + type + "\"tools\":[" + String.join(",", page) + "]" + next + "}");
            }
            case "tools/call" -> call(response, message, params, type);
            default ->
                message.containsKey("id")
                        ? json(response, message, "\"result\":{}")
                        : response.status(202).send();
        };
    }

    private Publisher<Void> call(
            HttpServerResponse response,
            Map<String, @Nullable Object> message,
            Map<String, @Nullable Object> params,
            String type) {
        var result = "\"result\":{" + type
                + "\"content\":[{\"type\":\"text\",\"text\":\"done\"}],\"structuredContent\":[1],\"isError\":false}";
        var arguments = Incoming.object(params.get("arguments"));
        if (!"slow".equals(params.get("name"))) {
            return json(response, message, result);
        }
        var token = CanonicalJson.of(Incoming.object(params.get("_meta")).get("progressToken"));
        var progress = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
                + token + ",\"progress\":1}}";
        var foreign =
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\",\"data\":\"of another\"}}";
        var end = "{\"jsonrpc\":\"2.0\",\"id\":" + CanonicalJson.of(message.get("id")) + "," + result + "}";
        Flux<String> events = switch (String.valueOf(arguments.get("id"))) {
            case "break" -> Flux.just(event(progress));
            case "hang" -> Flux.just(event(progress)).concatWith(Flux.never());
            default ->
                Flux.just(
                        ": comment\r\n\r\n",
                        event(foreign),
                        event(progress).substring(0, 40),
                        event(progress).substring(40),
                        event(end));
        };
        response.withConnection(connection -> connection.onDispose(abandoned::countDown));
        return response.header("content-type", "text/event-stream").sendString(events, StandardCharsets.UTF_8);
    }

    private static String event(String data) {
        return "id: 7\r\nevent: message\r\ndata: " + data + "\r\n\r\n";
    }

    private static Publisher<Void> json(
            HttpServerResponse response, Map<String, @Nullable Object> message, String member) {
        return response.header("content-type", "application/json")
                .sendString(Mono.just(
                        "{\"jsonrpc\":\"2.0\",\"id\":" + CanonicalJson.of(message.get("id")) + "," + member + "}"));
    }

    @Override
    public void close() {
        server.disposeNow();
    }
}
