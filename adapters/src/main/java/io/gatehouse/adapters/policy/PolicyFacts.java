package io.gatehouse.adapters.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as policies read it: a member that is {@code null} counts as absent. */
public final class PolicyFacts {
    private PolicyFacts() {}

    /** The members of {@code object} that are not {@code null}, all the way down. */
    public static Map<String, Object> of(Map<String, ? extends @Nullable Object> object) {
        var facts = new LinkedHashMap<String, Object>();
        object.forEach((name, value) -> {
            if (value != null) {
                facts.put(name, fact(value));
            }
        });
        return Collections.unmodifiableMap(facts);
    }

    @SuppressWarnings("unchecked") // StrictJson makes maps with string keys only
    private static Object fact(Object value) {
        if (value instanceof Map<?, ?> map) {
            return of((Map<String, @Nullable Object>) map);
        }
        if (value instanceof List<?> list) {
            var items = new ArrayList<@Nullable Object>();
            for (Object item : list) {
                items.add(item == null ? null : fact(item));
            }
            return Collections.unmodifiableList(items);
        }
        return value;
    }
}
