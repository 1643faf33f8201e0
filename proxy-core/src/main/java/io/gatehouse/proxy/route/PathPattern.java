package io.gatehouse.proxy.route;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A path as a route writes it: {@code /a/b} exact, {@code /a/{id}} one segment, {@code /a/**} the rest on segment boundaries
 * ({@code /a} itself included).
 *
 * @param text as written
 * @param segments literal segments, or {@code null} for a variable one
 * @param open whether {@code **} ends it
 */
public record PathPattern(String text, List<@Nullable String> segments, boolean open) {
    private static final int MAX_SEGMENTS = 64;

    /** As nginx says how a path is meant. */
    private static final Pattern MODIFIED = Pattern.compile("[~^=]");

    private static final String NO_EXPRESSIONS =
            " (there are no regular expressions: `/a` is that path alone, `/a/{id}` takes one segment, `/a/**` all below)";

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException where it is none
     */
    public static PathPattern parse(String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("path: expected a path that begins with `/`, got `" + text + "`"
                    + (MODIFIED.matcher(text).lookingAt() ? NO_EXPRESSIONS : ""));
        }
        boolean open = text.endsWith("/**");
        var body = open ? text.substring(0, text.length() - 3) : text;
        var segments = new ArrayList<@Nullable String>();
        if (!body.isEmpty()) {
            var parts = body.substring(1).split("/", -1);
            for (int i = 0; i < parts.length; i++) {
                if (parts[i].isEmpty() && (open || i + 1 < parts.length)) {
                    throw new IllegalArgumentException("path: expected no empty segment, got `" + text + "`");
                }
                segments.add(segment(text, parts[i]));
            }
        }
        if (segments.size() > MAX_SEGMENTS) {
            throw new IllegalArgumentException("path: expected at most " + MAX_SEGMENTS + " segments");
        }
        return new PathPattern(text, segments, open);
    }

    private static @Nullable String segment(String text, String segment) {
        if (segment.startsWith("{") && segment.endsWith("}") && segment.length() > 2) {
            return null;
        }
        if (segment.contains("*") || segment.contains("{") || segment.contains("}")) {
            throw new IllegalArgumentException(
                    "path: expected `*` only as a final `/**` and `{name}` only as a whole segment, got `" + text
                            + "`");
        }
        if (!segment.isEmpty() && !isNormal("/" + segment)) {
            throw new IllegalArgumentException("path: expected a normalised path, got `" + text + "`");
        }
        return segment;
    }

    private static boolean isNormal(String path) {
        try {
            return PathNormalizer.normalize(path).equals(path);
        } catch (IllegalArgumentException refused) {
            return false;
        }
    }

    /** How many segments are literal: the more, the earlier a pattern is tried. */
    int literals() {
        return (int) segments.stream().filter(segment -> segment != null).count();
    }

    boolean isExact() {
        return !open && literals() == segments.size();
    }

    /** Two patterns of one shape would match the same paths. */
    String shape() {
        var shape = new StringBuilder();
        for (var segment : segments) {
            shape.append('/').append(segment == null ? "{}" : segment);
        }
        return shape.append(open ? "/**" : "").toString();
    }

    /** Whether this pattern takes the normalised path. */
    @SuppressWarnings("NullAway") // a variable segment is null by design
    public boolean matches(String path) {
        int at = 0;
        for (int i = 0; i < segments.size(); i++) {
            if (at >= path.length()) {
                return false;
            }
            int start = at + 1;
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            var literal = segments.get(i);
            if (literal == null
                    ? end == start
                    : !(end - start == literal.length() && path.startsWith(literal, start))) {
                return false;
            }
            at = end;
        }
        return open || at == path.length();
    }

    /** The segment that stands for <code>{name}</code> in a path that matches, or {@code null} where there is no such variable. */
    public @Nullable String variable(String name, String path) {
        int inText = 0;
        int inPath = 0;
        for (var literal : segments) {
            int textEnd = segmentEnd(text, inText);
            int pathEnd = segmentEnd(path, inPath);
            if (literal == null && textEnd - inText == name.length() + 3 && text.startsWith(name, inText + 2)) {
                return path.substring(inPath + 1, pathEnd);
            }
            inText = textEnd;
            inPath = pathEnd;
        }
        return null;
    }

    /** What <code>**</code> stands for in a path that matches: empty, or a slash and more. */
    public String rest(String path) {
        int at = 0;
        for (int i = 0; i < segments.size(); i++) {
            at = segmentEnd(path, at);
        }
        return path.substring(at);
    }

    private static int segmentEnd(String text, int slash) {
        int next = text.indexOf('/', slash + 1);
        return next < 0 ? text.length() : next;
    }
}
