package io.gatehouse.filters.cors;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.filters.edge.HeaderRules;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Settings of {@code cors}. */
public record CorsConfig(
        @Doc("scheme://host[:port] as browsers send it, or * alone for any")
        List<String> origins,

        @Doc("methods that pages may use besides GET, HEAD and POST")
        List<String> methods,

        @Doc("request headers that pages may set, or * alone for any")
        List<String> headers,

        @Doc("response headers that pages may read, besides the few that they always may")
        List<String> expose,

        @Doc("whether pages may send cookies and the like") @Default("false")
        boolean credentials,

        @Doc("how long browsers may remember the answer to a preflight, at most 24h") @Default("10m")
        Duration maxAge) {
    static final String ANY = "*";
    private static final Pattern ORIGIN =
            Pattern.compile("[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\\[[0-9a-f:.]+])(:[1-9][0-9]{0,4})?");
    private static final Set<String> NEVER = Set.of("CONNECT", "TRACE", "TRACK");

    public CorsConfig {
        if (origins.isEmpty()) {
            throw new IllegalArgumentException("origins: expected at least one origin");
        }
        checkAny("origins", origins, credentials);
        checkAny("headers", headers, credentials);
        for (int i = 0; i < origins.size(); i++) {
            var origin = origins.get(i);
            boolean implied = (origin.startsWith("https://") && origin.endsWith(":443"))
                    || (origin.startsWith("http://") && origin.endsWith(":80"));
            if (!origin.equals(ANY) && (implied || !ORIGIN.matcher(origin).matches())) {
                throw new IllegalArgumentException("origins[" + i
                        + "]: expected an origin as browsers send it, such as `https://app.example.com`, got `" + origin
                        + "`");
            }
        }
        for (int i = 0; i < methods.size(); i++) {
            var method = methods.get(i);
            if (!HeaderRules.isToken(method)
                    || method.equals(ANY)
                    || !method.equals(method.toUpperCase(Locale.ROOT))
                    || NEVER.contains(method)) {
                throw new IllegalArgumentException("methods[" + i + "]: expected a method, got `" + method + "`");
            }
        }
        checkNames("headers", headers, true);
        checkNames("expose", expose, false);
        if (maxAge.isNegative() || maxAge.compareTo(Duration.ofHours(24)) > 0) {
            throw new IllegalArgumentException("maxAge: expected 0s to 24h");
        }
    }

    private static void checkAny(String key, List<String> values, boolean credentials) {
        if (!values.contains(ANY)) {
            return;
        }
        if (credentials) {
            throw new IllegalArgumentException(
                    key + ": expected no `*` with `credentials: true`, since any page could act for whoever visits it");
        }
        if (values.size() > 1) {
            throw new IllegalArgumentException(key + ": expected `*` alone");
        }
    }

    private static void checkNames(String key, List<String> names, boolean any) {
        for (int i = 0; i < names.size(); i++) {
            if (!HeaderRules.isToken(names.get(i)) || (!any && names.get(i).equals(ANY))) {
                throw new IllegalArgumentException(
                        key + "[" + i + "]: expected a header name, got `" + names.get(i) + "`");
            }
        }
    }
}
