package io.gatehouse.audit;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Further facts of one event: names and values in the order in which they are recorded. Immutable. A flat array, since a
 * gateway makes two of these for each request.
 */
public final class Details {
    /** No further facts. */
    public static final Details NONE = new Details(new String[0]);

    /** Name, value, name, value. */
    private final String[] pairs;

    private Details(String[] pairs) {
        this.pairs = pairs;
    }

    /** Names, each followed by its value; a name whose value is {@code null} is left out. */
    public static Details of(@Nullable String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("the last name has no value");
        }
        var pairs = new String[namesAndValues.length];
        int end = 0;
        for (int i = 0; i < namesAndValues.length; i += 2) {
            var name = namesAndValues[i];
            var value = namesAndValues[i + 1];
            if (name != null && value != null) {
                pairs[end] = name;
                pairs[end + 1] = value;
                end += 2;
            }
        }
        return new Details(end == pairs.length ? pairs : Arrays.copyOf(pairs, end));
    }

    /** The entries of {@code map}, in its order. */
    public static Details of(Map<String, String> map) {
        return of(map.entrySet().stream()
                .<String>mapMulti((entry, pair) -> {
                    pair.accept(entry.getKey());
                    pair.accept(entry.getValue());
                })
                .toArray(String[]::new));
    }

    public int size() {
        return pairs.length / 2;
    }

    public String name(int index) {
        return pairs[2 * index];
    }

    public String value(int index) {
        return pairs[2 * index + 1];
    }

    /** The value of {@code name}, or {@code null}. */
    public @Nullable String get(String name) {
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i].equals(name)) {
                return pairs[i + 1];
            }
        }
        return null;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Details details && Arrays.equals(pairs, details.pairs);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(pairs);
    }

    @Override
    public String toString() {
        return Arrays.toString(pairs);
    }
}
