package io.gatehouse.proxy.upstream;

import io.gatehouse.config.Form;
import java.util.regex.Pattern;

/** Statuses of HTTP: {@code 200} or {@code 200-299}. */
@Form(StatusRange.WRITTEN)
public record StatusRange(int first, int last) {
    static final String WRITTEN = "([1-5]\\d\\d)(?:-([1-5]\\d\\d))?";
    private static final Pattern FORM = Pattern.compile(WRITTEN);

    public StatusRange {
        if (first > last) {
            throw new IllegalArgumentException("expected the lower status first");
        }
    }

    public static StatusRange parse(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected a status such as `200`, or a range such as `200-299`");
        }
        int first = Integer.parseInt(matcher.group(1));
        var last = matcher.group(2);
        return new StatusRange(first, last == null ? first : Integer.parseInt(last));
    }

    public boolean contains(int status) {
        return status >= first && status <= last;
    }
}
