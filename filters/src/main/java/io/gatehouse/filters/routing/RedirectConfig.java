package io.gatehouse.filters.routing;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import java.util.Set;
import java.util.regex.Pattern;

/** Settings of {@code redirect}. */
public record RedirectConfig(
        @Doc("a URL or a path; {host}, {path} and {uri} (path and query) stand for the request's")
        String to,

        @Doc("301, 302, 303, 307 or 308") @Default("307") int status) {
    private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);
    private static final Pattern URL_CHARACTERS = Pattern.compile("[!#$%&'()*+,./:;=?@_~A-Za-z0-9\\[\\]{}-]+");
    /** After the authority at the earliest, so that nothing of the request becomes part of another host's name. */
    private static final Pattern PLACES = Pattern.compile(
            "(https?://(\\{host}|[a-z0-9._-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?(?=[/?#{]|$)|(?=/(?![/\\\\{])|/$|\\{(path|uri)}))"
                    + "(?:[^{}]|\\{path}|\\{uri})*");

    public RedirectConfig {
        if (!URL_CHARACTERS.matcher(to).matches() || !PLACES.matcher(to).matches()) {
            throw new IllegalArgumentException("to: expected `http://`, `https://` or a path, with `{host}` only as the"
                    + " whole host and `{path}` or `{uri}` behind it, got `" + to + "`");
        }
        if (!STATUSES.contains(status)) {
            throw new IllegalArgumentException("status: expected 301, 302, 303, 307 or 308, got `" + status + "`");
        }
    }
}
