package io.gatehouse.adapters.http;

import io.gatehouse.adapters.json.CanonicalJson;
import io.gatehouse.adapters.json.JsonRefusedException;
import io.gatehouse.adapters.json.StrictJson;
import io.gatehouse.adapters.policy.OperationQuestion;
import io.gatehouse.adapters.policy.PolicyFacts;
import io.gatehouse.adapters.target.Reply;
import io.gatehouse.adapters.target.Target;
import io.gatehouse.adapters.target.Trace;
import io.gatehouse.policy.Action;
import io.gatehouse.policy.Attributes;
import io.gatehouse.policy.Resource;
import io.gatehouse.proxy.engine.Engine;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.Verdict;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Declared operations over HTTP. The last segment of the path names the operation: POST with JSON arguments calls it, GET
 * describes it, and GET on any other path below the route lists what the caller may do.
 */
final class HttpEngine implements Engine {
    private static final Denial UNKNOWN = new Denial(
            "unknown_operation",
            404,
            "Unknown operation",
            "the path's last segment is not a declared operation; GET lists them");
    private static final Denial METHOD = new Denial(
            "method_not_allowed",
            405,
            "Method not allowed",
            "POST calls an operation, GET lists operations",
            Map.of("Allow", "GET, POST"));
    private static final Denial MEDIA_TYPE = new Denial(
            "unsupported_media_type", 415, "Unsupported media type", "expected one `Content-Type: application/json`");
    private static final Denial QUERY = new Denial(
            "invalid_arguments", 400, "Invalid arguments", "expected arguments in the body, not in the query");
    private static final List<String> PASSED_ON = List.of("content-type", "content-language", "etag", "retry-after");

    private final String name;
    private final Map<String, Operation> operations = new LinkedHashMap<>();
    private final Resource resource;
    private final int maxResponse;
    private final Target target;

    HttpEngine(String name, HttpEngineConfig config) {
        this.name = name;
        this.resource = new Resource("engine", name, Attributes.NONE);
        this.maxResponse = config.maxResponse().toInt();
        var url = config.url().toString().replaceFirst("/+$", "");
        Set<String> own = config.headers().keySet().stream()
                .map(header -> header.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        config.operations().forEach((operation, settings) -> {
            try {
                operations.put(operation, new Operation(operation, settings, url, own));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("operations." + operation + "." + e.getMessage(), e);
            }
        });
        this.target = new Target(name, java.net.URI.create(url), config.timeout(), config.headers());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Verdict interpret(Exchange exchange) {
        var operation = operations.get(exchange.path().substring(exchange.path().lastIndexOf('/') + 1));
        if (exchange.method().equals(HttpMethod.GET)) {
            return operation == null ? list(exchange) : describe(operation, exchange);
        }
        if (!exchange.method().equals(HttpMethod.POST)) {
            return METHOD.deny();
        }
        if (operation == null) {
            return UNKNOWN.deny();
        }
        return exchange.query() == null ? call(operation, exchange) : QUERY.deny();
    }

    private Verdict call(Operation operation, Exchange exchange) {
        Map<String, @Nullable Object> arguments;
        if (exchange.body().isReadable()) {
            var types = exchange.requestHeaders().getAll("content-type");
            if (types.size() != 1 || !isJson(types.getFirst())) {
                return MEDIA_TYPE.deny();
            }
            try {
                arguments = arguments(exchange);
            } catch (JsonRefusedException e) {
                return refused("the body: " + e.getMessage());
            }
        } else {
            arguments = Map.of();
        }
        var fault = operation.fault(arguments);
        if (fault != null) {
            return refused(fault);
        }
        try {
            operation.request(arguments);
        } catch (IllegalArgumentException e) {
            return refused("the arguments leave their place in the path");
        }
        exchange.action(action(operation, arguments));
        exchange.resource(resource);
        exchange.call(new OperationCall(name, operation, arguments));
        return Verdict.NEXT;
    }

    private static boolean isJson(String contentType) {
        int end = contentType.indexOf(';');
        return (end < 0 ? contentType : contentType.substring(0, end)).strip().equalsIgnoreCase("application/json");
    }

    @SuppressWarnings("unchecked") // StrictJson makes maps with string keys only
    private static Map<String, @Nullable Object> arguments(Exchange exchange) {
        var value = StrictJson.exactNumbers().read(ByteBufUtil.getBytes(exchange.body()));
        if (value instanceof Map<?, ?> map) {
            return (Map<String, @Nullable Object>) map;
        }
        throw new JsonRefusedException("expected an object with the arguments");
    }

    private static Verdict refused(String detail) {
        return new Denial("invalid_arguments", 400, "Invalid arguments", detail).deny();
    }

    private Action action(Operation operation, Map<String, @Nullable Object> arguments) {
        return new Action(
                "operation",
                operation.name(),
                Attributes.of(Map.of(
                        "risk", (long) operation.risk(), "arguments", PolicyFacts.of(arguments), "server", name)));
    }

    private boolean shown(Operation operation, Exchange exchange) {
        return new OperationQuestion(exchange, action(operation, Map.of()), resource).conceivable();
    }

    private Verdict list(Exchange exchange) {
        var allowed = operations.values().stream()
                .filter(operation -> shown(operation, exchange))
                .map(Operation::description)
                .toList();
        return json(Map.of("engine", name, "operations", allowed));
    }

    private Verdict describe(Operation operation, Exchange exchange) {
        return shown(operation, exchange) ? json(operation.description()) : UNKNOWN.deny();
    }

    private static Verdict json(Map<String, Object> body) {
        var response = LocalResponse.of(200, "application/json", CanonicalJson.bytes(body));
        response.headers().set("cache-control", "no-store");
        return response.answer();
    }

    @Override
    public Mono<LocalResponse> invoke(Exchange exchange) {
        if (!(exchange.call() instanceof OperationCall call)) {
            return Mono.error(new IllegalStateException("nothing was interpreted"));
        }
        var request = call.operation().request(call.arguments());
        request.headers().set("x-request-id", exchange.requestId());
        Trace.of(exchange).addTo(request.headers());
        var approval = exchange.approval();
        if (approval != null) {
            request.headers().set("idempotency-key", approval);
        }
        return target.send(request, maxResponse).map(HttpEngine::passOn);
    }

    private static LocalResponse passOn(Reply reply) {
        var headers = new DefaultHttpHeaders();
        for (var header : PASSED_ON) {
            var value = reply.headers().get(header);
            if (value != null) {
                headers.set(header, value);
            }
        }
        headers.set("cache-control", "no-store");
        headers.set("x-content-type-options", "nosniff");
        return new LocalResponse(reply.status(), headers, reply.body(), null);
    }

    @Override
    public void close() {
        target.close();
    }
}
