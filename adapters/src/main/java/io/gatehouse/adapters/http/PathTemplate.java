package io.gatehouse.adapters.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A path such as {@code /customers/{id}}. A value fills the place of its name within one segment and can never leave it:
 * everything but RFC 3986's unreserved characters is percent-encoded, and what a server might decode once too often
 * (slashes, dot segments, control characters, percent signs) is refused.
 */
final class PathTemplate {
    private static final Pattern LITERAL = Pattern.compile("[A-Za-z0-9._~!$&'()*+,;=:@-]*");

    /** Per segment: literals at even places, names at odd ones. */
    private final List<List<String>> segments;

    private final Set<String> names = new HashSet<>();

    /** @throws IllegalArgumentException where it is not a path */
    PathTemplate(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path: expected a leading slash, got `" + path + "`");
        }
        segments = new ArrayList<>();
        for (var segment : path.substring(1).split("/", -1)) {
            segments.add(parts(segment, path));
        }
    }

    private List<String> parts(String segment, String path) {
        var parts = new ArrayList<String>();
        int from = 0;
        while (true) {
            int open = segment.indexOf('{', from);
            var literal = open < 0 ? segment.substring(from) : segment.substring(from, open);
            int close = open < 0 ? 0 : segment.indexOf('}', open);
            boolean dots = open < 0 && parts.isEmpty() && (literal.equals(".") || literal.equals(".."));
            if (!LITERAL.matcher(literal).matches() || dots || close < 0) {
                throw new IllegalArgumentException(
                        "path: expected segments such as `customers` or `{id}`, got `" + path + "`");
            }
            parts.add(literal);
            if (open < 0) {
                return parts;
            }
            var name = segment.substring(open + 1, close);
            if (!names.add(name)) {
                throw new IllegalArgumentException("path: `" + name + "` is named twice");
            }
            parts.add(name);
            from = close + 1;
        }
    }

    Set<String> names() {
        return names;
    }

    /**
     * The path with every name replaced.
     *
     * @throws IllegalArgumentException where values together make a dot segment or an empty one
     */
    String fill(Function<String, String> values) {
        var path = new StringBuilder();
        for (var parts : segments) {
            var segment = new StringBuilder();
            for (int i = 0; i < parts.size(); i++) {
                segment.append(i % 2 == 0 ? parts.get(i) : encode(values.apply(parts.get(i))));
            }
            boolean named = parts.size() > 1;
            if (named
                    && (segment.isEmpty()
                            || segment.toString().equals(".")
                            || segment.toString().equals(".."))) {
                throw new IllegalArgumentException("the arguments leave their place in the path");
            }
            path.append('/').append(segment);
        }
        return path.toString();
    }

    /** What is wrong with {@code text} as a part of a segment, or {@code null}. */
    static @Nullable String fault(String text) {
        if (text.isEmpty() || text.equals(".") || text.equals("..")) {
            return "expected text that is not empty, `.` or `..`";
        }
        boolean bad = text.chars().anyMatch(c -> c == '/' || c == '\\' || c == '%' || Character.isISOControl(c));
        return bad ? "expected no slash, backslash, percent sign or control character" : null;
    }

    /** Percent-encodes all but RFC 3986's unreserved characters. */
    static String encode(String text) {
        var out = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean unreserved =
                    c < 0x80 && (Character.isLetterOrDigit(c) || c == '-' || c == '.' || c == '_' || c == '~');
            if (unreserved) {
                out.append(c);
            } else {
                out.append('%')
                        .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
        return out.toString();
    }
}
