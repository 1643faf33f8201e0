package io.gatehouse.policy.condition;

import dev.cel.common.CelOptions;
import dev.cel.common.internal.ComparisonFunctions;
import dev.cel.common.values.NullValue;
import dev.cel.runtime.RuntimeEquality;
import dev.cel.runtime.RuntimeHelpers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** CEL's equality and order on the values of a request; numbers compare across types as CEL's own runtime does. */
@SuppressWarnings("ReferenceEquality") // a copy is made only where an element became another object
final class Values {
    /** Deeper than any JSON that the gateway accepts; the planner walks values recursively. */
    private static final int MAX_DEPTH = 128;

    private static final RuntimeEquality EQUALITY = RuntimeEquality.create(RuntimeHelpers.create(), CelOptions.DEFAULT);

    private Values() {}

    /** What CEL calls the value: JSON's null is a value of its own, and whole numbers have one width. */
    static Object of(@Nullable Object value) {
        return switch (value) {
            case null -> NullValue.NULL_VALUE;
            case String s -> s;
            case Integer i -> (long) i;
            case Float f -> (double) f;
            default -> value;
        };
    }

    /** As {@link #of}, all the way down; the same object where nothing differs. */
    static Object deep(@Nullable Object value) {
        return deep(value, MAX_DEPTH);
    }

    private static Object deep(@Nullable Object value, int depth) {
        if (depth == 0) {
            throw new IllegalArgumentException("nested too deeply");
        }
        return switch (value) {
            case List<?> list -> list(list, depth);
            case Map<?, ?> map -> map(map, depth);
            case null, default -> of(value);
        };
    }

    private static Object list(List<?> list, int depth) {
        var copy = new ArrayList<Object>(list.size());
        boolean same = true;
        for (var element : list) {
            var value = deep(element, depth - 1);
            same &= value == element;
            copy.add(value);
        }
        return same ? list : copy;
    }

    private static Object map(Map<?, ?> map, int depth) {
        var copy = new LinkedHashMap<Object, Object>();
        boolean same = true;
        for (var entry : map.entrySet()) {
            var value = deep(entry.getValue(), depth - 1);
            same &= value == entry.getValue();
            copy.put(entry.getKey(), value);
        }
        return same ? map : copy;
    }

    static boolean equal(Object x, Object y) {
        if (x instanceof String s) {
            return s.equals(y);
        }
        return EQUALITY.objectEquals(x, y);
    }

    /** By {@code equals} first, as CEL does, so that a NaN is in a list that holds one. */
    static boolean in(Object value, List<?> list) {
        for (int i = 0, size = list.size(); i < size; i++) {
            var element = of(list.get(i));
            if (element.equals(value) || (value instanceof Number && equal(element, value))) {
                return true;
            }
        }
        return false;
    }

    static boolean in(Object key, Map<?, ?> map) {
        return key instanceof String
                ? map.containsKey(key)
                : EQUALITY.findInMap(map, key).isPresent();
    }

    /** Whether CEL has an order on these two. */
    static boolean ordered(Object x, Object y) {
        return x instanceof Number
                ? y instanceof Number
                : x instanceof String ? y instanceof String : x instanceof Boolean && y instanceof Boolean;
    }

    static boolean less(Object x, Object y) {
        if (x instanceof Double a && y instanceof Double b) {
            return a < b;
        }
        return compare(x, y) < 0;
    }

    static boolean lessOrEqual(Object x, Object y) {
        if (x instanceof Double a && y instanceof Double b) {
            return a <= b;
        }
        return compare(x, y) <= 0;
    }

    private static int compare(Object x, Object y) {
        return switch (x) {
            case String a -> a.compareTo((String) y);
            case Boolean a -> Boolean.compare(a, (Boolean) y);
            default -> ComparisonFunctions.numericCompare((Number) x, (Number) y);
        };
    }
}
