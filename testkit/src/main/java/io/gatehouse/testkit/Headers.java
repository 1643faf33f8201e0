package io.gatehouse.testkit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Header fields as they were received: order, case and repetitions kept. Look-ups ignore case. */
public record Headers(List<Field> all) {
    /** One line of a head. */
    public record Field(String name, String value) {}

    public Headers {
        all = List.copyOf(all);
    }

    /** The first value of {@code name}, or {@code null} where it is absent. */
    public @Nullable String first(String name) {
        var values = values(name);
        return values.isEmpty() ? null : values.getFirst();
    }

    public List<String> values(String name) {
        return all.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    public boolean has(String name) {
        return first(name) != null;
    }
}
