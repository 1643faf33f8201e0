package io.gatehouse.adapters.mcp;

import io.gatehouse.adapters.json.CanonicalJson;
import io.gatehouse.adapters.json.HiddenText;
import io.gatehouse.adapters.json.JsonRefusedException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A tool as its server defines it.
 *
 * @param definition whole, as the server sent it
 * @param hash lower-case hexadecimal SHA-256 of the canonical definition
 */
record Tool(String name, Map<String, @Nullable Object> definition, String hash, ToolHeaders headers) {
    private static final Pattern NAME = Pattern.compile("[!-~]{1,128}");

    /** A definition that is not offered. The message is for the operator. */
    @SuppressWarnings("serial") // never serialised
    static final class Refused extends RuntimeException {
        private final String reason;

        Refused(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }

        @Override
        public String getMessage() {
            return reason;
        }
    }

    /** @throws Refused where the definition could mislead a person, a model or a client */
    static Tool of(Map<String, @Nullable Object> definition) {
        if (!(definition.get("name") instanceof String name)
                || !NAME.matcher(name).matches()) {
            throw new Refused("its name is not 1 to 128 visible ASCII characters");
        }
        if (!(definition.get("inputSchema") instanceof Map)) {
            throw new Refused("it has no inputSchema");
        }
        if (hidden(definition)) {
            throw new Refused("its definition holds hidden characters");
        }
        if (external(definition.get("inputSchema")) || external(definition.get("outputSchema"))) {
            throw new Refused("its schema refers to something outside itself");
        }
        var headers = ToolHeaders.of(Incoming.object(definition.get("inputSchema")));
        if (headers == null) {
            throw new Refused("its schema breaks the rules of x-mcp-header");
        }
        try {
            return new Tool(name, definition, CanonicalJson.sha256(definition), headers);
        } catch (JsonRefusedException e) {
            throw new Refused(e.getMessage());
        }
    }

    private static boolean hidden(@Nullable Object value) {
        return switch (value) {
            case String text -> HiddenText.in(text);
            case List<?> list -> list.stream().anyMatch(Tool::hidden);
            case Map<?, ?> map ->
                map.entrySet().stream().anyMatch(entry -> hidden(entry.getKey()) || hidden(entry.getValue()));
            case null, default -> false;
        };
    }

    private static boolean external(@Nullable Object schema) {
        return switch (schema) {
            case List<?> list -> list.stream().anyMatch(Tool::external);
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .anyMatch(entry -> refersOut(entry.getKey(), entry.getValue()) || external(entry.getValue()));
            case null, default -> false;
        };
    }

    private static boolean refersOut(@Nullable Object key, @Nullable Object value) {
        boolean reference = "$ref".equals(key) || "$dynamicRef".equals(key);
        return reference && value instanceof String target && !target.startsWith("#");
    }

    /** The server's hints where they are believed, and the specification's worst case where not. */
    Map<String, Object> annotations(boolean trusted) {
        var hints = trusted ? Incoming.object(definition.get("annotations")) : Map.<String, @Nullable Object>of();
        boolean readOnly = hint(hints, "readOnlyHint", false);
        return Map.of(
                "readOnlyHint",
                readOnly,
                "destructiveHint",
                !readOnly && hint(hints, "destructiveHint", true),
                "idempotentHint",
                hint(hints, "idempotentHint", false),
                "openWorldHint",
                hint(hints, "openWorldHint", true));
    }

    private static boolean hint(Map<String, @Nullable Object> hints, String name, boolean unless) {
        return hints.get(name) instanceof Boolean given ? given : unless;
    }

    /** The risk where the operator declares none: 10 reads, 40 writes, 70 destroys; 10 more in an open world. */
    static long derivedRisk(Map<String, Object> annotations) {
        long base = Boolean.TRUE.equals(annotations.get("readOnlyHint"))
                ? 10
                : Boolean.TRUE.equals(annotations.get("destructiveHint")) ? 70 : 40;
        return base + (Boolean.TRUE.equals(annotations.get("openWorldHint")) ? 10 : 0);
    }

    /** The definition as a client of that era can read it: before 2026-07-28 results are objects, and so are their schemas. */
    Map<String, @Nullable Object> shownTo(boolean modern) {
        if (modern || !definition.containsKey("outputSchema")) {
            return definition;
        }
        if ("object".equals(Incoming.object(definition.get("outputSchema")).get("type"))) {
            return definition;
        }
        var shown = new LinkedHashMap<String, @Nullable Object>(definition);
        shown.remove("outputSchema");
        return shown;
    }
}
