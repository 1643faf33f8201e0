package io.gatehouse.config;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a type that has more than one shape in a file, such as a filter that is a name or a name with settings.
 *
 * @param <T> what it makes
 */
public interface Decoder<T> {
    /** The value, or null after an error was reported on {@code node}. */
    @Nullable
    T decode(ConfigNode node);

    /** The JSON Schema of every shape. */
    ObjectNode schema(Schemas schemas);
}
