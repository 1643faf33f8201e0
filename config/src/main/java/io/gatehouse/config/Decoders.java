package io.gatehouse.config;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The decoders of a loader, by the type that they make. Immutable. */
public final class Decoders {
    private static final Decoders NONE = new Decoders(Map.of());

    private final Map<Class<?>, Decoder<?>> byType;

    private Decoders(Map<Class<?>, Decoder<?>> byType) {
        this.byType = byType;
    }

    public static Decoders none() {
        return NONE;
    }

    /** These and one more. */
    public <T> Decoders with(Class<T> type, Decoder<T> decoder) {
        Map<Class<?>, Decoder<?>> more = new HashMap<>(byType);
        more.put(type, decoder);
        return new Decoders(Map.copyOf(more));
    }

    @Nullable
    Decoder<?> forType(Class<?> type) {
        return byType.get(type);
    }
}
