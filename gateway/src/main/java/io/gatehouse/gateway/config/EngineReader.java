package io.gatehouse.gateway.config;

import io.gatehouse.config.ConfigNode;
import io.gatehouse.config.Decoder;
import io.gatehouse.config.Schemas;
import io.gatehouse.config.Suggestion;
import io.gatehouse.proxy.engine.EngineFactory;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Reads an engine: {@code type} says which settings stand beside it. */
@SuppressWarnings("rawtypes") // the loader knows decoders by class, and a class has no type arguments
record EngineReader(Map<String, EngineFactory<?>> factories) implements Decoder<EngineSpec> {
    private static final String TYPE = "type";

    @Override
    public @Nullable EngineSpec decode(ConfigNode node) {
        if (!node.isMapping()) {
            node.error("expected a mapping, got " + node.kind());
            return null;
        }
        var typeNode = node.get(TYPE);
        if (typeNode == null) {
            node.error("the key `type` is missing (expected one of " + known() + ")");
            return null;
        }
        var type = typeNode.text();
        if (type == null) {
            return null;
        }
        var factory = factories.get(type);
        if (factory == null) {
            boolean meant = Suggestion.nearest(type, factories.keySet()) != null;
            typeNode.error("engine type `" + type + "` is not known" + (meant ? "" : ", expected one of " + known())
                    + Extensions.hint(type, factories.keySet()));
            return null;
        }
        return engine(factory, node);
    }

    private String known() {
        return "`" + String.join("`, `", factories.keySet()) + "`";
    }

    private static <C extends Record> @Nullable EngineSpec<C> engine(EngineFactory<C> factory, ConfigNode node) {
        var config = node.bindWithout(TYPE, factory.configType());
        return config == null ? null : new EngineSpec<>(factory, config);
    }

    @Override
    public ObjectNode schema(Schemas schemas) {
        var schema = schemas.empty();
        var shapes = schema.putArray("anyOf");
        factories.forEach((type, factory) -> {
            var shape = schemas.inline(factory.configType());
            shape.withObject("/properties").set(TYPE, schemas.empty().put("const", type));
            shape.withArray("/required").add(TYPE);
            shapes.add(shape);
        });
        return schema;
    }
}
