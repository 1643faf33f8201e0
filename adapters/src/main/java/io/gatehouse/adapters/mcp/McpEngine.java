package io.gatehouse.adapters.mcp;

import io.gatehouse.adapters.policy.ForeseeingEngine;
import io.gatehouse.adapters.policy.OperationQuestion;
import io.gatehouse.adapters.policy.PolicyFacts;
import io.gatehouse.adapters.target.Target;
import io.gatehouse.adapters.target.Trace;
import io.gatehouse.policy.Action;
import io.gatehouse.policy.Attributes;
import io.gatehouse.policy.Resource;
import io.gatehouse.proxy.engine.NotSentException;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.Presenter;
import io.gatehouse.proxy.filter.Verdict;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpMethod;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * One MCP server, offered to clients of both eras. Tool calls are judged, by what the body says and never by what headers
 * say; listing and what a session needs is answered here, and shows only what the caller could be permitted.
 */
final class McpEngine implements ForeseeingEngine {
    private static final Denial METHOD = new Denial(
            "method_not_allowed",
            405,
            "Method not allowed",
            "POST one JSON-RPC message; DELETE ends a session",
            Map.of("Allow", "POST, DELETE"));
    private static final Denial MEDIA_TYPE = new Denial(
            "unsupported_media_type", 415, "Unsupported media type", "expected one `Content-Type: application/json`");
    private static final Denial UNAVAILABLE =
            new Denial("engine_unavailable", 502, "Engine unavailable", "the MCP server could not be asked");
    private static final Logger LOG = LoggerFactory.getLogger(McpEngine.class);
    private static final Set<String> CALL_PARAMS = Set.of("name", "arguments", "_meta");
    /** How long a client may keep a list: as long as the gateway does. */
    private static final long TTL_MILLIS = 5_000;

    private final String name;
    private final McpConfig config;
    private final String url;
    private final Resource resource;
    private final Gate gate;
    private final Sessions sessions;
    private final Server server;
    private final McpPresenter presenter = new McpPresenter();

    McpEngine(String name, McpConfig config, InstantSource clock) {
        this.name = name;
        this.config = config;
        this.url = config.url().toString();
        this.resource = new Resource("engine", name, Attributes.NONE);
        this.gate = new Gate(config.origins());
        this.sessions = new Sessions(name, clock);
        var target = new Target(name, config.url(), config.timeout(), config.headers());
        this.server =
                new Server(name, target, config.timeout(), config.maxResponse().toInt());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Presenter presenter() {
        return presenter;
    }

    @Override
    public Verdict interpret(Exchange exchange) {
        return read(exchange, message -> inItsLane(exchange, message));
    }

    @Override
    public Foreseen foresee(Exchange exchange) {
        List<String> assumed = new ArrayList<>();
        var verdict = read(
                exchange,
                message -> message instanceof Incoming.Request request
                                && request.method().equals("tools/call")
                        ? foreseenCall(exchange, request, assumed)
                        : inItsLane(exchange, message));
        return new Foreseen(verdict, assumed);
    }

    private Verdict inItsLane(Exchange exchange, Incoming message) {
        return ModernLane.claims(exchange.requestHeaders(), message)
                ? modern(exchange, message)
                : legacy(exchange, message);
    }

    private Verdict foreseenCall(Exchange exchange, Incoming.Request request, List<String> assumed) {
        boolean modern = ModernLane.claims(exchange.requestHeaders(), request);
        exchange.put(Wire.KEY, Wire.of(request, modern, exchange));
        var fault = modern ? ModernLane.fault(exchange.requestHeaders(), request) : null;
        fault = fault == null ? paramsFault(request.params()) : fault;
        if (fault != null) {
            return refuse(exchange, fault);
        }
        Tool tool;
        try {
            tool = Tool.of(Map.of("name", String.valueOf(request.params().get("name")), "inputSchema", Map.of()));
        } catch (Tool.Refused e) {
            return refuse(exchange, RpcError.invalidParams("the tool's name: " + e.getMessage()));
        }
        if (!modern) {
            assumed.add("the session is valid");
        }
        assumed.add("the server offers the tool `" + tool.name() + "`");
        if (config.trusted()) {
            assumed.add("the tool's annotations, which the trusted server would tell, are the worst"
                    + (config.tools().containsKey(tool.name()) ? "" : ", and so is the risk derived from them"));
        }
        exchange.action(action(tool, Incoming.object(request.params().get("arguments"))));
        exchange.resource(resource);
        return Verdict.NEXT;
    }

    /** The message of a request that may have one. */
    private Verdict read(Exchange exchange, Function<Incoming, Verdict> then) {
        var refusal = gate.refusal(exchange);
        if (refusal != null) {
            return refusal.deny();
        }
        if (exchange.method().equals(HttpMethod.DELETE)) {
            return endSession(exchange);
        }
        if (!exchange.method().equals(HttpMethod.POST)) {
            return METHOD.deny();
        }
        var types = exchange.requestHeaders().getAll("content-type");
        if (types.size() != 1 || !types.getFirst().matches("(?i)\\s*application/json\\s*(;.*)?")) {
            return MEDIA_TYPE.deny();
        }
        try {
            return then.apply(Incoming.read(ByteBufUtil.getBytes(exchange.body())));
        } catch (RpcError.Refused e) {
            return refuse(exchange, e.error());
        }
    }

    private static Verdict refuse(Exchange exchange, RpcError error) {
        return McpPresenter.refuse(exchange, error).deny();
    }

    private Verdict endSession(Exchange exchange) {
        var headers = exchange.requestHeaders();
        var ids = headers.getAll("mcp-session-id");
        if (ids.size() != 1 || headers.getAll("mcp-protocol-version").stream().anyMatch(Versions::modern)) {
            return METHOD.deny();
        }
        if (sessions.version(exchange.principal(), ids.getFirst()) == null) {
            return refuse(exchange, RpcError.sessionUnknown());
        }
        sessions.end(ids.getFirst());
        return LocalResponse.of(204).answer();
    }

    private Verdict modern(Exchange exchange, Incoming message) {
        if (!(message instanceof Incoming.Request request)) {
            return LocalResponse.of(202).answer();
        }
        exchange.put(Wire.KEY, Wire.of(request, true, exchange));
        var fault = ModernLane.fault(exchange.requestHeaders(), request);
        if (fault != null) {
            return refuse(exchange, fault);
        }
        return switch (request.method()) {
            case "server/discover" -> discover(exchange, request);
            case "tools/list" -> list(exchange, request, true);
            case "tools/call" -> call(exchange, request, true);
            default -> refuse(exchange, RpcError.methodNotFound(true));
        };
    }

    private Verdict legacy(Exchange exchange, Incoming message) {
        if (message instanceof Incoming.Request request) {
            exchange.put(Wire.KEY, Wire.of(request, false, exchange));
            if (request.method().equals("initialize")) {
                return initialize(exchange, request);
            }
        }
        var fault = sessionFault(exchange);
        if (fault != null) {
            return refuse(exchange, fault);
        }
        if (!(message instanceof Incoming.Request request)) {
            return LocalResponse.of(202).answer();
        }
        return switch (request.method()) {
            case "ping" -> Rpc.response(200, Rpc.result(request.id(), Map.of())).answer();
            case "tools/list" -> list(exchange, request, false);
            case "tools/call" -> call(exchange, request, false);
            default -> refuse(exchange, RpcError.methodNotFound(false));
        };
    }

    private @Nullable RpcError sessionFault(Exchange exchange) {
        var ids = exchange.requestHeaders().getAll("mcp-session-id");
        if (ids.size() != 1) {
            return RpcError.sessionMissing();
        }
        var version = sessions.version(exchange.principal(), ids.getFirst());
        if (version == null) {
            return RpcError.sessionUnknown();
        }
        var named = exchange.requestHeaders().getAll("mcp-protocol-version");
        return named.isEmpty() || named.equals(List.of(version))
                ? null
                : RpcError.invalidRequest("expected `MCP-Protocol-Version: " + version + "`, as negotiated");
    }

    private Verdict initialize(Exchange exchange, Incoming.Request request) {
        var requested = request.params().get("protocolVersion") instanceof String version ? version : null;
        return later(exchange, server.connection(), made -> {
            var result = new LinkedHashMap<String, Object>();
            result.put("protocolVersion", Versions.negotiated(requested));
            result.put("capabilities", Map.of("tools", Map.of()));
            result.put("serverInfo", Rpc.IMPLEMENTATION);
            instruct(made, result);
            var response = Rpc.response(200, Rpc.result(request.id(), result));
            response.headers()
                    .set("mcp-session-id", sessions.open(exchange.principal(), Versions.negotiated(requested)));
            return response.answer();
        });
    }

    private Verdict discover(Exchange exchange, Incoming.Request request) {
        return later(exchange, server.connection(), made -> {
            var result = cacheable();
            result.put("supportedVersions", Versions.ALL);
            result.put("capabilities", Map.of("tools", Map.of()));
            instruct(made, result);
            return Rpc.response(200, Rpc.result(request.id(), result)).answer();
        });
    }

    private static void instruct(Connection made, Map<String, Object> result) {
        var instructions = made.instructions();
        if (instructions != null) {
            result.put("instructions", instructions);
        }
    }

    private static Map<String, Object> cacheable() {
        var result = new LinkedHashMap<String, Object>();
        result.put("resultType", "complete");
        result.put("ttlMs", TTL_MILLIS);
        result.put("cacheScope", "private"); // what one caller sees is not for another
        result.put("_meta", Map.of(Meta.SERVER_INFO, Rpc.IMPLEMENTATION));
        return result;
    }

    private Verdict list(Exchange exchange, Incoming.Request request, boolean modern) {
        if (request.params().containsKey("cursor")) {
            return refuse(exchange, RpcError.invalidParams("the list has one page, so no cursor is valid"));
        }
        return later(exchange, server.tools(), list -> {
            var shown = list.all().stream()
                    .filter(tool -> new OperationQuestion(exchange, action(tool, Map.of()), resource).conceivable())
                    .map(tool -> tool.shownTo(modern))
                    .toList();
            Map<String, Object> result = modern ? cacheable() : new LinkedHashMap<>();
            result.put("tools", shown);
            return Rpc.response(200, Rpc.result(request.id(), result)).answer();
        });
    }

    private Verdict call(Exchange exchange, Incoming.Request request, boolean modern) {
        var params = request.params();
        var malformed = paramsFault(params);
        if (malformed != null) {
            return refuse(exchange, malformed);
        }
        var tool = String.valueOf(params.get("name"));
        var arguments = Incoming.object(params.get("arguments"));
        // what rides on an approval is bound to the definition as it is now, not as it was some seconds ago
        boolean bound = exchange.resumed() || exchange.requestHeaders().contains("gatehouse-approval");
        return later(exchange, bound ? server.toolsNow() : server.tools(), list -> {
            var found = list.find(tool);
            if (found == null) {
                return refused(exchange, RpcError.unknownTool(tool));
            }
            var call = new ToolCall(name, url, found, arguments);
            var fault = modern ? ModernLane.fault(exchange.requestHeaders(), call) : null;
            if (fault != null) {
                return refused(exchange, fault);
            }
            exchange.action(action(found, arguments));
            exchange.resource(resource);
            exchange.call(call);
            return Verdict.NEXT;
        });
    }

    private static @Nullable RpcError paramsFault(Map<String, @Nullable Object> params) {
        if (!(params.get("name") instanceof String) || !CALL_PARAMS.containsAll(params.keySet())) {
            return RpcError.invalidParams("expected `name`, `arguments` and `_meta`, and nothing else");
        }
        return params.containsKey("arguments") && !(params.get("arguments") instanceof Map)
                ? RpcError.invalidParams("expected arguments to be an object")
                : null;
    }

    private static Verdict.Settled refused(Exchange exchange, RpcError error) {
        return McpPresenter.refuse(exchange, error).deny();
    }

    private Action action(Tool tool, Map<String, @Nullable Object> arguments) {
        var annotations = tool.annotations(config.trusted());
        var known = config.tools().get(tool.name());
        long risk = known == null ? Tool.derivedRisk(annotations) : known.risk();
        return new Action(
                "mcp",
                tool.name(),
                Attributes.of(Map.of(
                        "arguments",
                        PolicyFacts.of(arguments),
                        "annotations",
                        annotations,
                        "risk",
                        risk,
                        "server",
                        name)));
    }

    /** Goes on with what the server says, back on the exchange's loop; a server that cannot be asked is a denial. */
    private <T> Verdict later(Exchange exchange, Mono<T> answer, Function<T, Verdict.Settled> then) {
        return new Verdict.Later(answer.publishOn(Schedulers.fromExecutor(exchange.loop()))
                .map(then)
                .onErrorResume(e -> {
                    LOG.warn("engine {}: the server could not be asked: {}", name, e.toString());
                    return Mono.just(UNAVAILABLE.deny());
                }));
    }

    @Override
    public Mono<LocalResponse> invoke(Exchange exchange) {
        var wire = exchange.get(Wire.KEY);
        if (wire == null || !(exchange.call() instanceof ToolCall call)) {
            return Mono.error(new IllegalStateException("nothing was interpreted"));
        }
        boolean progress = wire.progressToken() != null;
        var run = server.call(call, Trace.of(exchange), progress)
                .flatMap(
                        messages -> progress ? Mono.just(Relay.streamed(wire, messages)) : Relay.whole(wire, messages));
        return exchange.approval() == null ? run : unchanged(call).then(run);
    }

    /** An approval was given to the tool as it was defined: fails, before anything is sent, where it is defined anew. */
    private Mono<Void> unchanged(ToolCall call) {
        return server.toolsNow()
                .onErrorMap(e -> new NotSentException("engine `" + name + "` could not be asked for its tools"))
                .flatMap(list -> {
                    var now = list.find(call.tool().name());
                    return now != null && now.hash().equals(call.tool().hash())
                            ? Mono.empty()
                            : Mono.error(
                                    new NotSentException("tool `" + call.tool().name()
                                            + "` is no longer defined as it was when the call was approved"));
                });
    }

    @Override
    public void close() {
        server.close();
    }
}
