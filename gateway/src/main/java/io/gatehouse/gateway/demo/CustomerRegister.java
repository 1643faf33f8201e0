package io.gatehouse.gateway.demo;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The demo engine: five customers behind a REST API, and the same behind an MCP server (2025-11-25, without sessions). It knows
 * nothing of Gatehouse, and counts the deletions that it was asked for.
 */
public final class CustomerRegister implements AutoCloseable {
    private static final String MCP_VERSION = "2025-11-25";
    private static final String ID_SCHEMA =
            "{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"}},\"required\":[\"id\"],\"additionalProperties\":false}";

    private final JsonMapper json = JsonMapper.shared();
    private final Map<String, String> customers = new TreeMap<>(Map.of(
            "40", "Ada Lovelace",
            "41", "Grace Hopper",
            "42", "Edsger Dijkstra",
            "43", "Barbara Liskov",
            "44", "Niklaus Wirth"));
    private final AtomicInteger deletions = new AtomicInteger();
    private final LoopResources loops = LoopResources.create("gatehouse-demo", 1, true);
    private final DisposableServer server;

    private CustomerRegister() {
        server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .runOn(loops, false)
                .route(routes -> routes.get("/customers", (request, response) -> send(response, 200, list()))
                        .delete("/customers/{id}", this::deleteOverRest)
                        .post("/mcp", this::mcp))
                .bindNow();
    }

    public static CustomerRegister start() {
        return new CustomerRegister();
    }

    public int port() {
        return server.port();
    }

    /** How many deletions reached the engine. */
    public int deletions() {
        return deletions.get();
    }

    private synchronized ObjectNode list() {
        var all = json.createObjectNode();
        customers.forEach(all::put);
        return all;
    }

    private synchronized boolean delete(String id) {
        deletions.incrementAndGet();
        return customers.remove(id) != null;
    }

    private Mono<Void> deleteOverRest(HttpServerRequest request, HttpServerResponse response) {
        var id = String.valueOf(request.param("id"));
        return delete(id)
                ? send(response, 200, json.createObjectNode().put("deleted", id))
                : send(response, 404, json.createObjectNode().put("error", "no such customer"));
    }

    private Mono<Void> send(HttpServerResponse response, int status, JsonNode body) {
        return response.status(status)
                .header(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .sendByteArray(Mono.just((json.writeValueAsString(body) + "\n").getBytes(StandardCharsets.UTF_8)))
                .then();
    }

    // ---- MCP

    private Mono<Void> mcp(HttpServerRequest request, HttpServerResponse response) {
        return request.receive().aggregate().asByteArray().flatMap(bytes -> {
            var message = json.readTree(bytes);
            if (!message.has("id")) {
                return response.status(202).send();
            }
            var answer = json.createObjectNode().put("jsonrpc", "2.0");
            answer.set("id", message.get("id"));
            answerTo(message, answer);
            return send(response, 200, answer);
        });
    }

    private void answerTo(JsonNode message, ObjectNode answer) {
        switch (message.path("method").asString("")) {
            case "initialize" -> answer.set("result", initialized());
            case "ping" -> answer.set("result", json.createObjectNode());
            case "tools/list" -> answer.set("result", tools());
            case "tools/call" -> answer.set("result", call(message.path("params")));
            default -> answer.putObject("error").put("code", -32601).put("message", "method not found");
        }
    }

    private ObjectNode initialized() {
        var result = json.createObjectNode().put("protocolVersion", MCP_VERSION);
        result.putObject("capabilities").putObject("tools");
        result.putObject("serverInfo").put("name", "customer-register").put("version", "1");
        return result;
    }

    private ObjectNode tools() {
        var result = json.createObjectNode();
        var tools = result.putArray("tools");
        var list = tools.addObject().put("name", "list_customers").put("description", "lists every customer");
        list.putObject("inputSchema").put("type", "object");
        list.putObject("annotations").put("readOnlyHint", true);
        var delete = tools.addObject().put("name", "delete_customer").put("description", "removes a customer for good");
        delete.set("inputSchema", json.readTree(ID_SCHEMA));
        delete.putObject("annotations").put("destructiveHint", true);
        return result;
    }

    private ObjectNode call(JsonNode params) {
        var id = params.path("arguments").path("id").asString("");
        return switch (params.path("name").asString("")) {
            case "list_customers" -> text(json.writeValueAsString(list()), false);
            case "delete_customer" -> delete(id) ? text("deleted " + id, false) : text("no such customer", true);
            default -> text("unknown tool", true);
        };
    }

    private ObjectNode text(String text, boolean error) {
        var result = json.createObjectNode();
        result.putArray("content").addObject().put("type", "text").put("text", text);
        return result.put("isError", error);
    }

    @Override
    public void close() {
        server.disposeNow(Duration.ofSeconds(2));
        loops.disposeLater(Duration.ZERO, Duration.ofSeconds(2)).block();
    }
}
