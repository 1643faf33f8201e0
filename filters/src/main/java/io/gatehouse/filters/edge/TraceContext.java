package io.gatehouse.filters.edge;

import io.gatehouse.proxy.filter.Key;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * A request's place in a trace, as {@code traceparent} writes it (W3C Trace Context, 3.2).
 *
 * @param traceId 32 lower-case hexadecimal digits, not all 0
 * @param spanId 16 of them, not all 0
 */
public record TraceContext(String traceId, String spanId, boolean sampled) {
    /** Where a traced request keeps its own. */
    public static final Key<TraceContext> KEY = new Key<>("trace");

    private static final int TRACE = 3;
    private static final int SPAN = 36;
    private static final int FLAGS = 53;
    private static final int LENGTH = 55;

    /** What a request brought; {@code null} where it brought none, several, or one that is not well-formed. */
    public static @Nullable TraceContext of(Iterator<? extends CharSequence> values) {
        if (!values.hasNext()) {
            return null;
        }
        var value = values.next();
        return values.hasNext() ? null : parse(value);
    }

    private static @Nullable TraceContext parse(CharSequence text) {
        int length = text.length();
        if (length < LENGTH || !isHex(text, 0, 2) || (text.charAt(0) == 'f' && text.charAt(1) == 'f')) {
            return null;
        }
        boolean first = text.charAt(0) == '0' && text.charAt(1) == '0';
        // later versions may say more, after another hyphen
        if (length > LENGTH && (first || text.charAt(LENGTH) != '-')) {
            return null;
        }
        boolean wellFormed = text.charAt(TRACE - 1) == '-'
                && isHex(text, TRACE, SPAN - 1)
                && text.charAt(SPAN - 1) == '-'
                && isHex(text, SPAN, FLAGS - 1)
                && text.charAt(FLAGS - 1) == '-'
                && isHex(text, FLAGS, LENGTH)
                && !isZero(text, TRACE, SPAN - 1)
                && !isZero(text, SPAN, FLAGS - 1);
        return wellFormed
                ? new TraceContext(
                        text.subSequence(TRACE, SPAN - 1).toString(),
                        text.subSequence(SPAN, FLAGS - 1).toString(),
                        (Character.digit(text.charAt(LENGTH - 1), 16) & 1) == 1)
                : null;
    }

    private static boolean isHex(CharSequence text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            boolean digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
            if (!digit) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(CharSequence text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) != '0') {
                return false;
            }
        }
        return true;
    }

    /** As the header's value. */
    public String header() {
        return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }
}
