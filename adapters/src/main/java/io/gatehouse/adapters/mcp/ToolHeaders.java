package io.gatehouse.adapters.mcp;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The arguments that a tool mirrors into headers ({@code x-mcp-header}, 2026-07-28).
 *
 * @param paths where in the arguments the value of {@code Mcp-Param-NAME} stands, by NAME
 */
record ToolHeaders(Map<String, List<String>> paths) {
    static final String PREFIX = "mcp-param-";

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+\\-.^_`|~0-9A-Za-z]+");
    private static final Set<String> MIRRORED = Set.of("integer", "string", "boolean");

    /** What {@code inputSchema} declares, or {@code null} where a declaration breaks the rules. */
    static @Nullable ToolHeaders of(Map<String, @Nullable Object> inputSchema) {
        var paths = new LinkedHashMap<String, List<String>>();
        return collect(inputSchema, List.of(), true, paths) ? new ToolHeaders(paths) : null;
    }

    private static boolean collect(
            Map<?, ?> schema, List<String> path, boolean reachable, Map<String, List<String>> paths) {
        if (schema.containsKey("x-mcp-header") && !declare(schema, path, reachable, paths)) {
            return false;
        }
        for (var entry : schema.entrySet()) {
            var value = entry.getValue();
            boolean fine = (entry.getKey().equals("properties") && value instanceof Map<?, ?> properties)
                    ? properties(properties, path, reachable, paths)
                    : elsewhere(value, paths);
            if (!fine) {
                return false;
            }
        }
        return true;
    }

    private static boolean properties(
            Map<?, ?> properties, List<String> path, boolean reachable, Map<String, List<String>> paths) {
        for (var property : properties.entrySet()) {
            var deeper = new ArrayList<>(path);
            deeper.add((String) property.getKey());
            if (property.getValue() instanceof Map<?, ?> schema && !collect(schema, deeper, reachable, paths)) {
                return false;
            }
        }
        return true;
    }

    private static boolean elsewhere(@Nullable Object value, Map<String, List<String>> paths) {
        if (value instanceof Map<?, ?> schema) {
            return collect(schema, List.of(), false, paths);
        }
        return switch (value) {
            case List<?> list -> list.stream().allMatch(item -> elsewhere(item, paths));
            case null, default -> true;
        };
    }

    private static boolean declare(
            Map<?, ?> schema, List<String> path, boolean reachable, Map<String, List<String>> paths) {
        boolean allowed =
                reachable && !path.isEmpty() && schema.get("type") instanceof String type && MIRRORED.contains(type);
        if (!allowed
                || !(schema.get("x-mcp-header") instanceof String name)
                || !TOKEN.matcher(name).matches()
                || paths.keySet().stream().anyMatch(name::equalsIgnoreCase)) {
            return false;
        }
        paths.put(name, path);
        return true;
    }

    /** Headers for a call with these arguments: names with prefix, and encoded values. */
    Map<String, String> derive(Map<String, @Nullable Object> arguments) {
        var headers = new LinkedHashMap<String, String>();
        paths.forEach((name, path) -> {
            var text = text(at(arguments, path));
            if (text != null) {
                headers.put(PREFIX + name, HeaderText.encode(text));
            }
        });
        return headers;
    }

    /** The name of a header that does not say what the arguments say, or {@code null}. */
    @Nullable
    String mismatch(Map<String, @Nullable Object> arguments, Function<String, List<String>> headers) {
        for (var entry : paths.entrySet()) {
            var value = at(arguments, entry.getValue());
            var text = text(value);
            if (text == null) {
                continue;
            }
            var given = headers.apply(PREFIX + entry.getKey());
            var decoded = given.size() == 1 ? HeaderText.decode(given.getFirst()) : null;
            if (decoded == null
                    || !(decoded.equals(text) || (value instanceof Long number && equal(decoded, number)))) {
                return "Mcp-Param-" + entry.getKey();
            }
        }
        return null;
    }

    private static boolean equal(String header, long number) {
        return header.matches("-?\\d{1,20}(\\.\\d{1,20})?")
                && new BigDecimal(header).compareTo(BigDecimal.valueOf(number)) == 0;
    }

    private static @Nullable Object at(Map<String, @Nullable Object> arguments, List<String> path) {
        Object value = arguments;
        for (var name : path) {
            value = value instanceof Map<?, ?> map ? map.get(name) : null;
        }
        return value;
    }

    private static @Nullable String text(@Nullable Object value) {
        return value instanceof String || value instanceof Long || value instanceof Boolean ? value.toString() : null;
    }
}
