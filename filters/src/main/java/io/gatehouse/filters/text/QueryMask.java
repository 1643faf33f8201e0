package io.gatehouse.filters.text;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Hides the values of query parameters whose name looks like that of a secret: whose percent-decoded, lower-case name holds
 * one of a fixed list of words. A name that cannot be decoded counts as one.
 */
public final class QueryMask {
    private static final String MASK = "***";
    private static final List<String> WORDS = List.of(
            "key", "token", "secret", "pass", "pwd", "auth", "sig", "cred", "session", "jwt", "code", "otp", "cookie");

    private QueryMask() {}

    /** The query with secret-looking values replaced by {@code ***}; the same instance where there are none. */
    public static @Nullable String mask(@Nullable String query) {
        if (query == null || query.isEmpty()) {
            return query;
        }
        StringBuilder masked = null;
        int copied = 0;
        for (int from = 0; from < query.length(); ) {
            int end = end(query, from);
            int equals = query.indexOf('=', from, end);
            if (equals >= 0 && equals < end - 1 && secret(query.substring(from, equals))) {
                masked = masked == null ? new StringBuilder(query.length()) : masked;
                masked.append(query, copied, equals + 1).append(MASK);
                copied = end;
            }
            from = end + 1;
        }
        return masked == null
                ? query
                : masked.append(query, copied, query.length()).toString();
    }

    private static int end(String query, int from) {
        for (int i = from; i < query.length(); i++) {
            char c = query.charAt(i);
            if (c == '&' || c == ';') {
                return i;
            }
        }
        return query.length();
    }

    private static boolean secret(String name) {
        try {
            var plain = (name.indexOf('%') < 0 ? name : URLDecoder.decode(name, StandardCharsets.UTF_8))
                    .toLowerCase(Locale.ROOT);
            for (int i = 0; i < WORDS.size(); i++) {
                if (plain.contains(WORDS.get(i))) {
                    return true;
                }
            }
            return false;
        } catch (IllegalArgumentException undecodable) {
            return true;
        }
    }
}
