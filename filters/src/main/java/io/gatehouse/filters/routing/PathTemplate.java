package io.gatehouse.filters.routing;

import io.gatehouse.proxy.route.PathPattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says which path a target gets for a path that a route takes. */
sealed interface PathTemplate {
    /** What the settings say; one of the two is there. */
    static PathTemplate of(@Nullable String path, @Nullable String stripPrefix) {
        return path != null ? Whole.parse(path) : Stripped.parse(String.valueOf(stripPrefix));
    }

    static PathTemplate of(RewriteConfig config) {
        return of(config.path(), config.stripPrefix());
    }

    /**
     * Checks that every path of the route can be rewritten.
     *
     * @throws IllegalArgumentException where that is not so
     */
    void check(PathPattern route);

    /** The new path for one that the route's pattern takes. */
    String apply(PathPattern route, String path);

    /** Another path, with segments of the present one. */
    record Whole(PathPattern pattern, List<String> parts) implements PathTemplate {
        static Whole parse(String text) {
            var pattern = PathPattern.parse(text);
            var body = pattern.open() ? text.substring(0, text.length() - 3) : text;
            return new Whole(
                    pattern,
                    body.isEmpty() ? List.of() : List.of(body.substring(1).split("/", -1)));
        }

        @Override
        public void check(PathPattern route) {
            for (var part : parts) {
                if (isVariable(part) && !List.of(route.text().split("/", -1)).contains(part)) {
                    throw new IllegalArgumentException(
                            "path: expected variables of the route's path `" + route.text() + "`, got `" + part + "`");
                }
            }
            if (pattern.open() && !route.open()) {
                throw new IllegalArgumentException(
                        "path: expected no `**`, since the route's path `" + route.text() + "` has none");
            }
        }

        private static boolean isVariable(String part) {
            return part.startsWith("{");
        }

        @Override
        public String apply(PathPattern route, String path) {
            var result = new StringBuilder(path.length() + 16);
            for (var part : parts) {
                result.append('/').append(isVariable(part) ? value(route, part, path) : part);
            }
            if (pattern.open()) {
                result.append(route.rest(path));
            }
            return result.isEmpty() ? "/" : result.toString();
        }

        private static String value(PathPattern route, String part, String path) {
            var value = route.variable(part.substring(1, part.length() - 1), path);
            if (value == null) {
                throw new IllegalStateException("the route's path has no " + part);
            }
            return value;
        }
    }

    /** The present path without its beginning. */
    record Stripped(PathPattern prefix) implements PathTemplate {
        static Stripped parse(String text) {
            PathPattern pattern;
            try {
                pattern = PathPattern.parse(text + "/**");
            } catch (IllegalArgumentException refused) {
                throw refused(text, refused);
            }
            if (text.isEmpty() || pattern.segments().contains(null)) {
                throw refused(text, null);
            }
            return new Stripped(pattern);
        }

        private static IllegalArgumentException refused(String text, @Nullable Throwable cause) {
            return new IllegalArgumentException(
                    "stripPrefix: expected the beginning of a path such as `/api`, got `" + text + "`", cause);
        }

        @Override
        public void check(PathPattern route) {
            int length = prefix.segments().size();
            if (route.segments().size() < length
                    || !route.segments().subList(0, length).equals(prefix.segments())) {
                throw new IllegalArgumentException(
                        "stripPrefix: expected the beginning of the route's path `" + route.text() + "`, got `"
                                + prefix.text().substring(0, prefix.text().length() - 3) + "`");
            }
        }

        @Override
        public String apply(PathPattern route, String path) {
            if (!prefix.matches(path)) {
                throw new IllegalStateException("the path does not begin with what is to be taken away");
            }
            var rest = prefix.rest(path);
            return rest.isEmpty() ? "/" : rest;
        }
    }
}
