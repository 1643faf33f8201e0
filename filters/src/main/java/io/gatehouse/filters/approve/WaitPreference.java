package io.gatehouse.filters.approve;

import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/** {@code Prefer: wait=N} (RFC 7240, 4.3): how long a client is willing to wait. */
final class WaitPreference {
    /** A client may ask for no more; an operator may grant more by the filter's {@code hold}. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    private static final Pattern WAIT = Pattern.compile("\\s*wait\\s*=\\s*\"?(\\d{1,9})\"?\\s*(?:;.*)?");

    private WaitPreference() {}

    /** The first preference of that kind, zero where there is none. */
    static Duration of(HttpHeaders headers) {
        for (var value : headers.getAll("prefer")) {
            for (var preference : value.toLowerCase(Locale.ROOT).split(",", 20)) {
                var wait = WAIT.matcher(preference);
                if (wait.matches()) {
                    var asked = Duration.ofSeconds(Long.parseLong(wait.group(1)));
                    return asked.compareTo(LONGEST) < 0 ? asked : LONGEST;
                }
            }
        }
        return Duration.ZERO;
    }
}
