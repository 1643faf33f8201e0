package io.gatehouse.gateway.config;

import io.gatehouse.proxy.engine.EngineFactory;
import io.gatehouse.proxy.filter.FilterFactory;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The filters and engines that a configuration may name. */
public record Extensions(Map<String, FilterFactory<?>> filters, Map<String, EngineFactory<?>> engines) {
    static final String CHAIN = "chain";

    public Extensions {
        filters = Collections.unmodifiableMap(new LinkedHashMap<>(filters));
        engines = Collections.unmodifiableMap(new LinkedHashMap<>(engines));
        if (filters.containsKey(CHAIN)) {
            throw new IllegalArgumentException("a filter cannot have the name `chain`");
        }
    }

    /** By their names.
     *
     * @throws IllegalArgumentException where two have the same name
     */
    public static Extensions of(Collection<FilterFactory<?>> filters, Collection<EngineFactory<?>> engines) {
        return new Extensions(byName(filters, FilterFactory::name), byName(engines, EngineFactory::type));
    }

    private static <T> Map<String, T> byName(Collection<T> factories, Function<T, String> name) {
        Map<String, T> byName = new LinkedHashMap<>();
        for (var factory : factories) {
            if (byName.putIfAbsent(name.apply(factory), factory) != null) {
                throw new IllegalArgumentException("two extensions have the name `" + name.apply(factory) + "`");
            }
        }
        return byName;
    }
}
