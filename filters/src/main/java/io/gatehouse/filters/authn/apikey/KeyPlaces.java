package io.gatehouse.filters.authn.apikey;

import io.gatehouse.proxy.filter.Exchange;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds keys in a request, and takes them out of what goes to the target. */
final class KeyPlaces {
    private static final AsciiString X_API_KEY = AsciiString.cached("x-api-key");
    private static final String SCHEME = "bearer";
    private static final String PARAMETER = "api_key=";
    private static final int IN_BEARER = 1;
    private static final int IN_X_API_KEY = 2;
    private static final int IN_QUERY = 4;

    private final boolean bearer;
    private final boolean xApiKey;
    private final boolean query;

    KeyPlaces(List<ApiKeyConfig.Place> in) {
        bearer = in.contains(ApiKeyConfig.Place.BEARER);
        xApiKey = in.contains(ApiKeyConfig.Place.X_API_KEY);
        query = in.contains(ApiKeyConfig.Place.QUERY);
    }

    /** Hands every key of the request to {@code key}, and answers where they were, for {@link #strip}. */
    int read(Exchange exchange, PresentedKey key) {
        int found = 0;
        var headers = exchange.requestHeaders();
        if (bearer) {
            var value = only(headers, HttpHeaderNames.AUTHORIZATION, key);
            if (value != null && isBearer(value)) {
                int from = SCHEME.length();
                while (from < value.length() && value.charAt(from) == ' ') {
                    from++;
                }
                key.take(value, from, value.length());
                found |= IN_BEARER;
            }
        }
        if (xApiKey) {
            var value = only(headers, X_API_KEY, key);
            if (value != null) {
                key.take(value, 0, value.length());
                found |= IN_X_API_KEY;
            }
        }
        return query && readQuery(exchange.query(), key) ? found | IN_QUERY : found;
    }

    /** Takes the keys away. An {@code Authorization} of another scheme is the target's and stays. */
    void strip(Exchange exchange, int found) {
        var headers = exchange.requestHeaders();
        if ((found & IN_BEARER) != 0) {
            headers.remove(HttpHeaderNames.AUTHORIZATION);
        }
        if ((found & IN_X_API_KEY) != 0) {
            headers.remove(X_API_KEY);
        }
        if ((found & IN_QUERY) != 0) {
            stripQuery(exchange);
        }
    }

    private static @Nullable CharSequence only(HttpHeaders headers, AsciiString name, PresentedKey key) {
        if (!headers.contains(name)) {
            return null;
        }
        var values = headers.valueCharSequenceIterator(name);
        var value = values.next();
        if (values.hasNext()) {
            key.contradict();
        }
        return value;
    }

    private static boolean isBearer(CharSequence value) {
        return AsciiString.regionMatches(value, true, 0, SCHEME, 0, SCHEME.length())
                && (value.length() == SCHEME.length() || value.charAt(SCHEME.length()) == ' ');
    }

    private static boolean readQuery(@Nullable String query, PresentedKey key) {
        int found = 0;
        for (int from = 0; query != null && from < query.length(); from = end(query, from) + 1) {
            if (query.startsWith(PARAMETER, from)) {
                key.take(query, from + PARAMETER.length(), end(query, from));
                found++;
            }
        }
        if (found > 1) {
            key.contradict();
        }
        return found > 0;
    }

    private static void stripQuery(Exchange exchange) {
        var query = exchange.query();
        if (query == null) {
            return;
        }
        var rest = new StringBuilder(query.length());
        for (int from = 0; from < query.length(); from = end(query, from) + 1) {
            if (!query.startsWith(PARAMETER, from)) {
                rest.append(rest.isEmpty() ? "" : "&").append(query, from, end(query, from));
            }
        }
        exchange.query(rest.isEmpty() ? null : rest.toString());
    }

    private static int end(String query, int from) {
        int mark = query.indexOf('&', from);
        return mark < 0 ? query.length() : mark;
    }
}
