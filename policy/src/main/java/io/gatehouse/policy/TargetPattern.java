package io.gatehouse.policy;

import java.util.regex.Pattern;

/**
 * One pattern of a target, compiled. {@code *} stands for any run of characters, also none. A typed pattern is
 * {@code TYPE:ID}; without a colon its type is any. An id that begins with {@code /} is a path: there {@code *} stays within
 * its segment, a segment {@code *} is not empty, and a last segment {@code **} is the rest on a segment boundary, also nothing.
 */
record TargetPattern(Glob type, Text text) {
    static final int MAX_LENGTH = 256;
    private static final int MAX_STARS = 8;
    private static final Pattern FORBIDDEN = Pattern.compile("[\\p{Cntrl}\\s{}?\\[\\]\\\\]");
    private static final Glob ANY = new Glob("*", 0, true);

    /** What is compared with the id. */
    sealed interface Text {
        /** The literal text before the first wildcard. */
        String prefix();

        /** Whether the prefix is all of it. */
        boolean exact();

        boolean matches(String value);
    }

    /** A name: roles, tenants and routes. */
    static TargetPattern name(String source) {
        check(source);
        return new TargetPattern(ANY, glob(source));
    }

    /** {@code TYPE:ID} or {@code ID}: principals and actions. */
    static TargetPattern typed(String source) {
        check(source);
        int colon = source.indexOf(':');
        return colon < 0
                ? new TargetPattern(ANY, glob(source))
                : new TargetPattern(glob(source.substring(0, colon)), text(source.substring(colon + 1)));
    }

    /** As {@link #typed}; a bare path is one of type {@code path}. */
    static TargetPattern resource(String source) {
        return source.startsWith("/") ? typed("path:" + source) : typed(source);
    }

    private static void check(String source) {
        if (source.isEmpty() || source.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("expected 1 to " + MAX_LENGTH + " characters");
        }
        if (FORBIDDEN.matcher(source).find()) {
            throw new IllegalArgumentException(
                    "expected no spaces, control characters or `{}?[]\\` (the wildcard is `*`), got `" + source + "`");
        }
        if (source.chars().filter(c -> c == '*').count() > MAX_STARS) {
            throw new IllegalArgumentException("expected at most " + MAX_STARS + " `*`, got `" + source + "`");
        }
    }

    private static Text text(String id) {
        if (id.isEmpty()) {
            throw new IllegalArgumentException("expected an id after the colon, got none");
        }
        return id.startsWith("/") ? path(id) : glob(id);
    }

    private static Glob glob(String source) {
        if (source.isEmpty()) {
            throw new IllegalArgumentException("expected a type before the colon, got none");
        }
        int star = source.indexOf('*');
        return new Glob(source, star < 0 ? source.length() : star, source.equals("*"));
    }

    private static Path path(String source) {
        boolean rest = source.endsWith("/**");
        var fixed = rest ? source.substring(0, source.length() - 3) : source;
        if (fixed.contains("**")) {
            throw new IllegalArgumentException("expected `**` as the last segment only, got `" + source + "`");
        }
        int star = fixed.indexOf('*');
        return new Path(fixed, star < 0 ? fixed.length() : star, rest);
    }

    boolean matches(String valueType, String value) {
        return type.matches(valueType) && text.matches(value);
    }

    /** Whether {@code *} alone: everything. */
    boolean any() {
        return type.any && text instanceof Glob glob && glob.any;
    }

    /** {@code *} anywhere, over any characters. */
    record Glob(String source, int literal, boolean any) implements Text {
        @Override
        public String prefix() {
            return source.substring(0, literal);
        }

        @Override
        public boolean exact() {
            return literal == source.length();
        }

        @Override
        public boolean matches(String value) {
            if (any) {
                return true;
            }
            return exact() ? source.equals(value) : Wildcards.match(source, value, 0, value.length());
        }
    }

    /** A path by segments. */
    record Path(String fixed, int literal, boolean rest) implements Text {
        @Override
        public String prefix() {
            return fixed.substring(0, literal);
        }

        @Override
        public boolean exact() {
            return !rest && literal == fixed.length();
        }

        @Override
        public boolean matches(String value) {
            if (exact()) {
                return fixed.equals(value);
            }
            return Wildcards.matchPath(fixed, rest, value);
        }
    }
}
