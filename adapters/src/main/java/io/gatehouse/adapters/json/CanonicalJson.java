package io.gatehouse.adapters.json;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes a tree of {@code Map}, {@code List}, {@code String}, {@code Boolean}, {@code Long}, {@code Double} and {@code null}
 * as RFC 8785 prescribes: members sorted by UTF-16 units, no white space, numbers as ECMAScript writes them. A
 * {@link BigDecimal}, which {@link StrictJson#lenientNumbers} leaves where a double would lose digits, is written with all of
 * them; RFC 8785 has no form for it.
 */
public final class CanonicalJson {
    private CanonicalJson() {}

    public static String of(@Nullable Object value) {
        var out = new StringBuilder();
        write(value, true, out);
        return out.toString();
    }

    /** The same, but members stay in the order in which they are: what goes over the wire. */
    public static String inOrder(@Nullable Object value) {
        var out = new StringBuilder();
        write(value, false, out);
        return out.toString();
    }

    public static byte[] bytes(@Nullable Object value) {
        return of(value).getBytes(StandardCharsets.UTF_8);
    }

    /** Lower-case hexadecimal SHA-256 of the canonical form. */
    public static String sha256(@Nullable Object value) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(value)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK has no SHA-256", e);
        }
    }

    private static void write(@Nullable Object value, boolean sorted, StringBuilder out) {
        switch (value) {
            case null -> out.append("null");
            case String text -> quote(text, out);
            case Boolean flag -> out.append(flag.booleanValue());
            case BigDecimal number -> out.append(number.stripTrailingZeros());
            case Number number -> out.append(EcmaNumber.format(number.doubleValue()));
            case List<?> list -> list(list, sorted, out);
            case Map<?, ?> map -> map(map, sorted, out);
            default ->
                throw new IllegalArgumentException(
                        "no JSON for a " + value.getClass().getSimpleName());
        }
    }

    private static void list(List<?> list, boolean sorted, StringBuilder out) {
        char before = '[';
        for (Object item : list) {
            out.append(before);
            write(item, sorted, out);
            before = ',';
        }
        out.append(list.isEmpty() ? "[]" : "]");
    }

    private static void map(Map<?, ?> map, boolean sorted, StringBuilder out) {
        char before = '{';
        Map<?, ?> members = sorted ? new TreeMap<Object, Object>(map) : map;
        for (var entry : members.entrySet()) {
            out.append(before);
            quote((String) entry.getKey(), out);
            out.append(':');
            write(entry.getValue(), sorted, out);
            before = ',';
        }
        out.append(map.isEmpty() ? "{}" : "}");
    }

    static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\t' -> out.append("\\t");
                case '\n' -> out.append("\\n");
                case '\f' -> out.append("\\f");
                case '\r' -> out.append("\\r");
                default -> {
                    if (c < 0x20) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
