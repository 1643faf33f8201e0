package io.gatehouse.adapters.http;

import io.gatehouse.adapters.http.ArgumentConfig.Kind;
import io.gatehouse.adapters.http.ArgumentConfig.Place;
import io.gatehouse.adapters.json.CanonicalJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One argument, compiled: checks values and describes itself. */
final class Argument {
    private final String name;
    private final ArgumentConfig config;
    private final Place place;
    private final @Nullable Pattern pattern;

    Argument(String name, ArgumentConfig config, Place place) {
        this.name = name;
        this.config = config;
        this.place = place;
        var text = config.pattern();
        this.pattern = text == null ? null : Pattern.compile(text);
    }

    String name() {
        return name;
    }

    Place place() {
        return place;
    }

    boolean required() {
        return config.required();
    }

    /** What is wrong with {@code value}, or {@code null}. Never repeats the value. */
    @Nullable
    String fault(@Nullable Object value) {
        var fault = switch (config.type()) {
            case STRING -> value instanceof String text ? textFault(text) : "expected a string";
            case INTEGER -> value instanceof Long number ? rangeFault(number) : "expected a whole number";
            case NUMBER -> value instanceof Number number ? rangeFault(number.doubleValue()) : "expected a number";
            case BOOLEAN -> value instanceof Boolean ? null : "expected true or false";
            case OBJECT -> value instanceof Map ? null : "expected an object";
            case ARRAY -> value instanceof List ? null : "expected an array";
        };
        return fault == null ? null : "argument `" + name + "`: " + fault;
    }

    private @Nullable String textFault(String text) {
        if (text.length() > config.maxLength()) {
            return "expected at most " + config.maxLength() + " characters";
        }
        if (!config.values().isEmpty() && !config.values().contains(text)) {
            return "expected one of " + String.join(", ", config.values());
        }
        if (pattern != null && !pattern.matcher(text).matches()) {
            return "expected a match of " + pattern.pattern();
        }
        return switch (place) {
            case PATH -> PathTemplate.fault(text);
            case HEADER -> headerFault(text);
            case QUERY, BODY -> null;
        };
    }

    private static @Nullable String headerFault(String text) {
        boolean plain = text.chars().allMatch(c -> c >= 0x20 && c < 0x7f) && text.equals(text.strip());
        return plain ? null : "expected plain ASCII without spaces around it";
    }

    private @Nullable String rangeFault(double number) {
        var least = config.minimum();
        var greatest = config.maximum();
        if (least != null && number < least) {
            return "expected at least " + CanonicalJson.of(least);
        }
        return greatest != null && number > greatest ? "expected at most " + CanonicalJson.of(greatest) : null;
    }

    /** JSON Schema for callers. */
    Map<String, Object> schema() {
        var schema = new LinkedHashMap<String, Object>();
        schema.put("type", config.type().name().toLowerCase(Locale.ROOT));
        if (!config.description().isEmpty()) {
            schema.put("description", config.description());
        }
        if (config.type() == Kind.STRING) {
            schema.put("maxLength", (long) config.maxLength());
        }
        if (pattern != null) {
            schema.put("pattern", "^(?:" + pattern.pattern() + ")$");
        }
        if (!config.values().isEmpty()) {
            schema.put("enum", config.values());
        }
        var least = config.minimum();
        var greatest = config.maximum();
        if (least != null) {
            schema.put("minimum", least);
        }
        if (greatest != null) {
            schema.put("maximum", greatest);
        }
        return schema;
    }
}
