package io.gatehouse.gateway.config;

import io.gatehouse.config.ConfigNode;
import io.gatehouse.config.Decoder;
import io.gatehouse.config.Schemas;
import io.gatehouse.proxy.filter.FilterFactory;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Reads one item of a list of filters: a name, a name with settings, or a chain by its name. */
record FilterReader(Map<String, FilterFactory<?>> factories) implements Decoder<FilterSpec> {
    @Override
    public @Nullable FilterSpec decode(ConfigNode node) {
        if (node.isScalar()) {
            var name = node.text();
            if (name == null) {
                return null;
            }
            var factory = factories.get(name);
            return factory == null ? new FilterSpec.Chain(name) : configured(factory, node, true);
        }
        if (!node.isMapping() || node.keys().size() != 1) {
            node.error("expected a filter, such as `request-id` or `api-key: { ... }`, got "
                    + (node.isMapping() ? node.keys().size() + " keys" : node.kind()));
            return null;
        }
        var name = node.keys().getFirst();
        var settings = node.get(name);
        if (settings == null) {
            return null;
        }
        if (name.equals(Extensions.CHAIN)) {
            var chain = settings.text();
            return chain == null ? null : new FilterSpec.Chain(chain);
        }
        var factory = factories.get(name);
        if (factory == null) {
            node.error("filter `" + name + "` is not known" + Extensions.hint(name, factories.keySet()));
            return null;
        }
        return configured(factory, settings, false);
    }

    private static <C extends Record> @Nullable FilterSpec configured(
            FilterFactory<C> factory, ConfigNode settings, boolean nameAlone) {
        var config = nameAlone ? settings.bindEmpty(factory.configType()) : settings.bind(factory.configType());
        return config == null ? null : new FilterSpec.Configured<>(factory, config);
    }

    @Override
    public ObjectNode schema(Schemas schemas) {
        var schema = schemas.empty();
        var shapes = schema.putArray("anyOf");
        shapes.add(schemas.empty().put("type", "string").put("description", "a filter without settings, or a chain"));
        var settings =
                schemas.empty().put("type", "object").put("minProperties", 1).put("maxProperties", 1);
        var properties = settings.putObject("properties");
        factories.forEach((name, factory) -> properties.set(name, schemas.of(factory.configType())));
        properties.putObject(Extensions.CHAIN).put("type", "string").put("description", "all filters of a chain");
        shapes.add(settings.put("additionalProperties", false));
        return schema;
    }
}
