package io.gatehouse.admin;

import io.gatehouse.proxy.filter.LocalResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One operation.
 *
 * @param path segments, of which {@code {name}} takes one id
 * @param query the parameters that it knows; any other is refused
 */
record Route(String method, String path, Access access, Set<String> query, Endpoint endpoint) {
    /** What ids and other single segments may look like; anything else, escapes included, is no path of ours. */
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    Route(String method, String path, Access access, Endpoint endpoint) {
        this(method, path, access, Set.of(), endpoint);
    }

    /** The parameters where {@code requested} fits the path, else empty. */
    Optional<Map<String, String>> match(String requested) {
        var pattern = path.split("/", -1);
        var segments = requested.split("/", -1);
        if (pattern.length != segments.length) {
            return Optional.empty();
        }
        var parameters = new HashMap<String, String>();
        for (int i = 0; i < pattern.length; i++) {
            if (pattern[i].startsWith("{") && SEGMENT.matcher(segments[i]).matches()) {
                parameters.put(pattern[i].substring(1, pattern[i].length() - 1), segments[i]);
            } else if (!pattern[i].equals(segments[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(parameters);
    }

    /** Whether it changes anything. */
    boolean changes() {
        return !method.equals("GET");
    }

    /** Answers a call; may block. */
    @FunctionalInterface
    interface Endpoint {
        LocalResponse answer(Call call);
    }
}
