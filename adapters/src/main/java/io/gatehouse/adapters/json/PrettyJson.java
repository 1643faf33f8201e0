package io.gatehouse.adapters.json;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON for a person's eyes: indented, in the order in which it was sent, with every hidden character escaped. */
public final class PrettyJson {
    private PrettyJson() {}

    public static String of(@Nullable Object value) {
        var out = new StringBuilder();
        write(value, "\n", out);
        return out.toString();
    }

    private static void write(@Nullable Object value, String indent, StringBuilder out) {
        switch (value) {
            case Map<?, ?> map
            when !map.isEmpty() -> {
                var inner = indent + "  ";
                var before = "{";
                for (var entry : map.entrySet()) {
                    out.append(before).append(inner);
                    visible(CanonicalJson.of(entry.getKey()), out);
                    out.append(": ");
                    write(entry.getValue(), inner, out);
                    before = ",";
                }
                out.append(indent).append('}');
            }
            case List<?> list
            when !list.isEmpty() -> {
                var inner = indent + "  ";
                var before = "[";
                for (Object item : list) {
                    out.append(before).append(inner);
                    write(item, inner, out);
                    before = ",";
                }
                out.append(indent).append(']');
            }
            case null, default -> visible(CanonicalJson.of(value), out);
        }
    }

    private static void visible(String json, StringBuilder out) {
        json.codePoints().forEach(point -> {
            if (HiddenText.hidden(point)) {
                for (char unit : Character.toChars(point)) {
                    out.append(String.format("\\u%04x", (int) unit));
                }
            } else {
                out.appendCodePoint(point);
            }
        });
    }
}
