package io.gatehouse.config;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes the JSON Schema (2020-12) of what a {@link ConfigLoader} accepts, for editors. */
public final class SchemaGenerator {
    private final Decoders decoders;

    public SchemaGenerator(Decoders decoders) {
        this.decoders = decoders;
    }

    /** The schema of a file that is read into {@code root}. */
    public ObjectNode generate(Class<? extends Record> root, String title) {
        var schemas = new Schemas(decoders);
        var schema = JsonNodeFactory.instance
                .objectNode()
                .put("$schema", "https://json-schema.org/draft/2020-12/schema")
                .put("title", title);
        schema.setAll(schemas.inline(root));
        var definitions = schema.putObject("$defs");
        schemas.definitions().forEach(definitions::set);
        return schema;
    }
}
