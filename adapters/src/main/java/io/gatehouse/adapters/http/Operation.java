package io.gatehouse.adapters.http;

import io.gatehouse.adapters.http.ArgumentConfig.Place;
import io.gatehouse.adapters.json.CanonicalJson;
import io.gatehouse.adapters.target.Outgoing;
import io.gatehouse.proxy.http.message.GatewayHeaders;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One operation, compiled: checks arguments and makes the request to the target. */
final class Operation {
    /** Headers that frame or route a message, or carry credentials; those that the gateway vouches for are its own. */
    private static final Set<String> RESERVED = Set.of(
            "accept",
            "authorization",
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "cookie",
            "expect",
            "host",
            "idempotency-key",
            "keep-alive",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "traceparent",
            "tracestate",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "user-agent",
            "via");

    private final String name;
    private final OperationConfig config;
    private final PathTemplate path;
    private final Map<String, Argument> arguments = new LinkedHashMap<>();
    private final String hash;

    /** @throws IllegalArgumentException where path and arguments do not fit each other */
    Operation(String name, OperationConfig config, String url, Set<String> ownHeaders) {
        this.name = name;
        this.config = config;
        this.path = new PathTemplate(config.path());
        config.arguments().forEach((argument, settings) -> {
            var place = place(argument, settings);
            if (place == Place.HEADER) {
                checkHeader(argument, ownHeaders);
            }
            arguments.put(argument, new Argument(argument, settings, place));
        });
        for (var named : path.names()) {
            if (!arguments.containsKey(named)) {
                throw new IllegalArgumentException("path: argument `" + named + "` is not declared");
            }
        }
        this.hash = CanonicalJson.sha256(definition(url));
    }

    private Place place(String argument, ArgumentConfig settings) {
        boolean inPath = path.names().contains(argument);
        var given = settings.in();
        if (given != null && (given == Place.PATH) != inPath) {
            throw new IllegalArgumentException(
                    "arguments." + argument + ".in: expected path for, and only for, what the path names");
        }
        if (inPath && !settings.required()) {
            throw new IllegalArgumentException(
                    "arguments." + argument + ".required: an argument in the path cannot be left out");
        }
        boolean structured =
                settings.type() == ArgumentConfig.Kind.OBJECT || settings.type() == ArgumentConfig.Kind.ARRAY;
        boolean bodiless = config.method().equals("GET") || config.method().equals("DELETE");
        var place = given != null ? given : inPath ? Place.PATH : bodiless ? Place.QUERY : Place.BODY;
        if (place == Place.BODY && config.method().equals("GET")) {
            throw new IllegalArgumentException("arguments." + argument + ".in: GET has no body");
        }
        if (structured && place != Place.BODY) {
            throw new IllegalArgumentException(
                    "arguments." + argument + ".in: expected body for an object or an array");
        }
        return place;
    }

    private static void checkHeader(String argument, Set<String> ownHeaders) {
        var lower = argument.toLowerCase(Locale.ROOT);
        if (RESERVED.contains(lower) || GatewayHeaders.areOurs(lower) || ownHeaders.contains(lower)) {
            throw new IllegalArgumentException("arguments." + argument + ".in: a caller may not set this header");
        }
    }

    private Map<String, Object> definition(String url) {
        var places = new LinkedHashMap<String, Object>();
        arguments
                .values()
                .forEach(
                        argument -> places.put(argument.name(), argument.place().name()));
        return Map.of(
                "url", url,
                "method", config.method(),
                "path", config.path(),
                "risk", (long) config.risk(),
                "description", config.description(),
                "places", places,
                "schema", schema());
    }

    String name() {
        return name;
    }

    int risk() {
        return config.risk();
    }

    /** Lower-case hexadecimal SHA-256 of all that the operation is, its target's address included. */
    String hash() {
        return hash;
    }

    /** What is wrong with {@code given}, or {@code null}. */
    @Nullable
    String fault(Map<String, @Nullable Object> given) {
        for (var sent : given.keySet()) {
            if (!arguments.containsKey(sent)) {
                return "argument `" + (sent.length() > 64 ? sent.substring(0, 64) + "..." : sent) + "` is not declared";
            }
        }
        for (var argument : arguments.values()) {
            if (!given.containsKey(argument.name())) {
                if (argument.required()) {
                    return "argument `" + argument.name() + "` is missing";
                }
                continue;
            }
            var fault = argument.fault(given.get(argument.name()));
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }

    /**
     * The request to the target, for arguments without {@link #fault}.
     *
     * @throws IllegalArgumentException where values together leave their place in the path
     */
    Outgoing request(Map<String, @Nullable Object> given) {
        var suffix = new StringBuilder(path.fill(argument -> text(given.get(argument))));
        var headers = new DefaultHttpHeaders();
        var body = new LinkedHashMap<String, @Nullable Object>();
        char before = '?';
        for (var argument : arguments.values()) {
            if (!given.containsKey(argument.name())) {
                continue;
            }
            var value = given.get(argument.name());
            switch (argument.place()) {
                case PATH -> {} // is in the suffix already
                case QUERY -> {
                    suffix.append(before).append(argument.name()).append('=').append(PathTemplate.encode(text(value)));
                    before = '&';
                }
                case HEADER -> headers.set(argument.name(), text(value));
                case BODY -> body.put(argument.name(), value);
            }
        }
        headers.set("accept", "application/json, */*;q=0.5");
        boolean hasBody = arguments.values().stream().anyMatch(argument -> argument.place() == Place.BODY);
        if (hasBody) {
            headers.set("content-type", "application/json");
        }
        return new Outgoing(
                HttpMethod.valueOf(config.method()),
                suffix.toString(),
                headers,
                hasBody ? CanonicalJson.bytes(body) : null);
    }

    private static String text(@Nullable Object value) {
        return value instanceof String text ? text : CanonicalJson.of(value);
    }

    /** What a caller is told. */
    Map<String, Object> description() {
        var out = new LinkedHashMap<String, Object>();
        out.put("name", name);
        out.put("description", config.description());
        out.put("risk", (long) config.risk());
        out.put("arguments", schema());
        return out;
    }

    private Map<String, Object> schema() {
        var properties = new LinkedHashMap<String, Object>();
        List<String> required = new ArrayList<>();
        for (var argument : arguments.values()) {
            properties.put(argument.name(), argument.schema());
            if (argument.required()) {
                required.add(argument.name());
            }
        }
        return Map.of("type", "object", "properties", properties, "required", required, "additionalProperties", false);
    }
}
