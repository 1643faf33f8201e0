package io.gatehouse.policy;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Named facts about one party of a request. A value is a {@code String}, {@code Boolean}, {@code Long}, {@code Double},
 * {@code List} or {@code Map} (string keys) of these; {@code null} means that the attribute is absent. Reading is cheap,
 * free of side effects, and safe from any thread for as long as the request lives.
 */
@FunctionalInterface
public interface Attributes {
    /** Nothing is known. */
    Attributes NONE = name -> null;

    /** The value of {@code name}, or {@code null} where it is absent. */
    @Nullable
    Object get(String name);

    /** Attributes backed by an immutable copy of {@code values}. */
    static Attributes of(Map<String, ?> values) {
        var copy = Map.copyOf(values);
        return copy::get;
    }
}
