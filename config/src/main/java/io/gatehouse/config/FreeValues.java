package io.gatehouse.config;

import java.util.regex.Pattern;

/** Tells the type of a value that may have any: without quotes, what reads as a boolean or a number is one. */
final class FreeValues {
    private static final Pattern WHOLE = Pattern.compile(ScalarTypes.INTEGER);
    private static final Pattern DECIMAL = Pattern.compile(ScalarTypes.DECIMAL);

    private FreeValues() {}

    static Class<?> type(Node.Scalar scalar) {
        var raw = scalar.raw();
        if (!scalar.plain()) {
            return String.class;
        }
        if (raw.equals("true") || raw.equals("false")) {
            return boolean.class;
        }
        if (WHOLE.matcher(raw).matches()) {
            return long.class;
        }
        return DECIMAL.matcher(raw).matches() ? double.class : String.class;
    }
}
