package io.gatehouse.config;

import java.time.Duration;
import java.util.regex.Pattern;

/** Durations as a configuration writes them: {@code 250ms}, {@code 10s}, {@code 5m}, {@code 24h}, {@code 7d}. */
public final class Durations {
    static final String WRITTEN = "(\\d{1,12})(ms|s|m|h|d)";
    private static final Pattern FORM = Pattern.compile(WRITTEN);
    /** Nothing is waited for longer; clocks count in nanoseconds, which end after 292 years. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private Durations() {}

    public static Duration parse(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected a duration such as `250ms`, `10s`, `5m` or `24h`");
        }
        long count = Long.parseLong(matcher.group(1));
        var duration = switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
        if (duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("expected a duration of `" + format(LONGEST) + "` at most");
        }
        return duration;
    }

    /** The shortest way to write a duration, to the millisecond. */
    public static String format(Duration duration) {
        long ms = duration.toMillis();
        if (ms == 0) {
            return "0s";
        }
        if (ms % 86_400_000 == 0) {
            return ms / 86_400_000 + "d";
        }
        if (ms % 3_600_000 == 0) {
            return ms / 3_600_000 + "h";
        }
        if (ms % 60_000 == 0) {
            return ms / 60_000 + "m";
        }
        return ms % 1_000 == 0 ? ms / 1_000 + "s" : ms + "ms";
    }
}
