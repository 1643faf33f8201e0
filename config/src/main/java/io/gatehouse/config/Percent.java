package io.gatehouse.config;

import java.util.regex.Pattern;

/** A share between {@code 0%} and {@code 100%}; {@link #fraction} is between 0 and 1. */
@Form(Percent.WRITTEN)
public record Percent(double fraction) {
    static final String WRITTEN = "(\\d{1,3}(?:\\.\\d{1,4})?)%";
    private static final Pattern FORM = Pattern.compile(WRITTEN);

    public static Percent parse(String text) {
        var matcher = FORM.matcher(text);
        if (matcher.matches()) {
            double value = Double.parseDouble(matcher.group(1)) / 100;
            if (value <= 1) {
                return new Percent(value);
            }
        }
        throw new IllegalArgumentException("expected a percentage from `0%` to `100%`");
    }
}
