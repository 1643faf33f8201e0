package io.gatehouse.gateway.config;

import io.gatehouse.config.Suggestion;
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

    private static final String PLUGINS =
            " (those of plugins are known where `GATEHOUSE_PLUGINS` names the folder of their jars)";

    /** What to say behind a name that is not known: the one that was probably meant, or where others come from. */
    static String hint(String given, Collection<String> known) {
        var suggestion = Suggestion.of(given, known);
        return suggestion.isEmpty() ? PLUGINS : suggestion;
    }

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
