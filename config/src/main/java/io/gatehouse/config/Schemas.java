package io.gatehouse.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes JSON Schemas of the types that a loader reads; records are defined once and referred to. */
public final class Schemas {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Path ANYWHERE = Path.of("");
    private static final String SUBSTITUTED = "substituted";

    private final Decoders decoders;
    private final Map<String, ObjectNode> definitions = new TreeMap<>();

    Schemas(Decoders decoders) {
        this.decoders = decoders;
        object(definition(SUBSTITUTED), "string")
                .put("description", "taken from the environment or a file")
                .put("pattern", "\\$\\{.+\\}");
    }

    /** A reference to the schema of a type that the loader can read. */
    public ObjectNode of(Class<?> type) {
        return of(TypeRef.of(type));
    }

    /** The schema of a record in place, for a decoder to add to. */
    public ObjectNode inline(Class<? extends Record> type) {
        return record(RecordShape.of(TypeRef.of(type)), JSON.objectNode());
    }

    /** An empty schema object, for a decoder to fill. */
    public ObjectNode empty() {
        return JSON.objectNode();
    }

    Map<String, ObjectNode> definitions() {
        return definitions;
    }

    ObjectNode of(TypeRef type) {
        var decoder = decoders.forType(type.raw());
        if (decoder != null) {
            return defined(type, () -> decoder.schema(this));
        }
        if (type.raw() == List.class || type.raw() == Set.class) {
            var list = object(JSON.objectNode(), "array");
            list.set("items", of(type.argument(0)));
            return type.raw() == Set.class ? list.put("uniqueItems", true) : list;
        }
        if (type.raw() == Map.class) {
            var map = object(JSON.objectNode(), "object");
            map.set("additionalProperties", of(type.argument(1)));
            return map;
        }
        if (type.raw() == Object.class) {
            return JSON.objectNode();
        }
        if (!type.raw().isRecord() || Binder.hasParse(type.raw())) {
            return scalar(type.raw());
        }
        return defined(type, () -> whole(RecordShape.of(type)));
    }

    /** Puts what {@code body} makes among the definitions, unless it is there or being made, and refers to it. */
    private ObjectNode defined(TypeRef type, Supplier<ObjectNode> body) {
        var name = name(type);
        if (!definitions.containsKey(name)) {
            var definition = definition(name);
            definition.setAll(body.get());
        }
        return reference(name);
    }

    private ObjectNode definition(String name) {
        var definition = JSON.objectNode();
        definitions.put(name, definition);
        return definition;
    }

    private static ObjectNode reference(String name) {
        return JSON.objectNode().put("$ref", "#/$defs/" + name);
    }

    /** {@code UpstreamConfig.Timeouts}, {@code RouteConfig-FilterSpec}. */
    private static String name(TypeRef type) {
        var outer = type.raw().getDeclaringClass();
        var own = outer == null
                ? type.raw().getSimpleName()
                : name(TypeRef.of(outer)) + "." + type.raw().getSimpleName();
        var arguments = type.arguments().stream().map(Schemas::name).collect(Collectors.joining("-"));
        return arguments.isEmpty() ? own : own + "-" + arguments;
    }

    private ObjectNode whole(RecordShape shape) {
        var mapping = record(shape, JSON.objectNode());
        var shorthand = shape.components().stream()
                .filter(component -> component.name().equals(shape.shorthand()))
                .findFirst();
        if (shorthand.isEmpty()) {
            return mapping;
        }
        var either = JSON.objectNode();
        either.putArray("anyOf").add(of(shorthand.get().type())).add(mapping);
        return either;
    }

    private ObjectNode record(RecordShape shape, ObjectNode schema) {
        object(schema, "object");
        var doc = shape.type().raw().getAnnotation(Doc.class);
        if (doc != null) {
            schema.put("description", doc.value());
        }
        var properties = schema.putObject("properties");
        var required = JSON.arrayNode();
        for (var component : shape.components()) {
            properties.set(component.name(), property(component));
            if (component.required()) {
                required.add(component.name());
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        return schema.put("additionalProperties", false);
    }

    private ObjectNode property(RecordShape.Component component) {
        var schema = of(component.type());
        if (component.doc() != null) {
            schema.put("description", component.doc());
        }
        putDefault(schema, component.type().raw(), component.fallback());
        return schema;
    }

    private void putDefault(ObjectNode schema, Class<?> type, @Nullable String fallback) {
        if (fallback == null) {
            return;
        }
        if (fallback.equals("{}")) {
            schema.putObject("default");
            return;
        }
        if (decoders.forType(type) != null) {
            schema.put("default", fallback);
            return;
        }
        switch (ScalarTypes.of(type, ANYWHERE).json()) {
            case STRING -> schema.put("default", fallback);
            case INTEGER -> schema.put("default", Long.parseLong(fallback));
            case NUMBER -> schema.put("default", Double.parseDouble(fallback));
            case BOOLEAN -> schema.put("default", Boolean.parseBoolean(fallback));
        }
    }

    private static ObjectNode scalar(Class<?> type) {
        if (type == String.class) {
            var any = JSON.objectNode();
            any.putArray("type").add("string").add("number").add("boolean");
            return any;
        }
        var scalar = ScalarTypes.of(type, ANYWHERE);
        var exact = object(JSON.objectNode(), scalar.json().name().toLowerCase(Locale.ROOT));
        if (type.isEnum()) {
            var values = exact.putArray("enum");
            ScalarTypes.names(type).forEach(values::add);
        } else if (scalar.json() == ScalarTypes.Json.STRING) {
            if (scalar.form() == null) {
                return exact;
            }
            exact.put("pattern", "^(?:" + scalar.form() + ")$");
        }
        var either = JSON.objectNode();
        either.putArray("anyOf").add(exact).add(reference(SUBSTITUTED));
        return either;
    }

    private static ObjectNode object(ObjectNode schema, String type) {
        return schema.put("type", type);
    }
}
