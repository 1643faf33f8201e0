package io.gatehouse.adapters.target;

import io.gatehouse.proxy.filter.Exchange;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.HashSet;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The trace that a call belongs to (W3C Trace Context), as the exchange would tell any target of it. What is not well-formed is
 * left out: engines vouch for what they send.
 *
 * @param parent {@code null} where there is none
 * @param state what vendors add to it, comma-separated, or {@code null}
 */
public record Trace(@Nullable String parent, @Nullable String state) {
    public static final String PARENT = "traceparent";
    public static final String STATE = "tracestate";

    private static final Trace NONE = new Trace(null, null);
    private static final Pattern WELL_FORMED =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");
    /** What everybody is asked to pass on (W3C Trace Context, 3.3.1.5). */
    private static final int LONGEST_STATE = 512;
    /** How many vendors a state may name (3.3.1.1). */
    private static final int MOST_MEMBERS = 32;

    private static final Pattern BETWEEN = Pattern.compile("[ \t]*,[ \t]*");
    /** A vendor's key, and its value: neither a comma nor an equals sign, and no blank at the end (3.3.1.3). */
    private static final Pattern MEMBER =
            Pattern.compile("([a-z0-9][a-z0-9_*/@-]{0,255})=[ -+\\--<>-~]{0,255}[!-+\\--<>-~]");

    /** The trace of {@code exchange}. On its event loop. */
    public static Trace of(Exchange exchange) {
        var headers = exchange.requestHeaders();
        var parents = headers.getAll(PARENT);
        if (parents.size() != 1 || !WELL_FORMED.matcher(parents.getFirst()).matches()) {
            return NONE;
        }
        var state = String.join(",", headers.getAll(STATE));
        return new Trace(parents.getFirst(), isState(state) ? state : null);
    }

    /** Whether it is a list of members, each of another key; members may be empty, but not all. */
    private static boolean isState(String text) {
        if (text.length() > LONGEST_STATE) {
            return false;
        }
        var keys = new HashSet<String>();
        for (var part : BETWEEN.split(text, -1)) {
            if (part.isEmpty()) {
                continue;
            }
            var member = MEMBER.matcher(part);
            if (!member.matches() || !keys.add(member.group(1))) {
                return false;
            }
        }
        return !keys.isEmpty() && keys.size() <= MOST_MEMBERS;
    }

    /** Says it in the headers of a request. */
    public void addTo(HttpHeaders headers) {
        if (parent != null) {
            headers.set(PARENT, parent);
        }
        if (state != null) {
            headers.set(STATE, state);
        }
    }

    /** Says it in the metadata of a message, under the same names. */
    public void addTo(Map<String, Object> metadata) {
        if (parent != null) {
            metadata.put(PARENT, parent);
        }
        if (state != null) {
            metadata.put(STATE, state);
        }
    }
}
