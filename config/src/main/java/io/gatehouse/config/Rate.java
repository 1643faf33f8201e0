package io.gatehouse.config;

import java.time.Duration;
import java.util.regex.Pattern;

/** So many in so long: {@code 10/s}, {@code 100/min}, {@code 1000/h}, {@code 5000/d}. */
@Form(Rate.WRITTEN)
public record Rate(long count, Duration per) {
    static final String WRITTEN = "(\\d{1,12})/(s|min|h|d)";
    private static final Pattern FORM = Pattern.compile(WRITTEN);

    public static Rate parse(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            throw new IllegalArgumentException("expected a rate such as `100/min` (s, min, h, d), at least 1");
        }
        var per = switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(1);
            case "min" -> Duration.ofMinutes(1);
            case "h" -> Duration.ofHours(1);
            default -> Duration.ofDays(1);
        };
        return new Rate(Long.parseLong(matcher.group(1)), per);
    }
}
