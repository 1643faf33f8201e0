package io.gatehouse.config;

import java.util.Locale;
import java.util.regex.Pattern;

/** A number of bytes: {@code 512B}, {@code 8KiB}, {@code 10MiB}, {@code 1GiB}. */
@Form(Size.WRITTEN)
public record Size(long bytes) {
    static final String WRITTEN = "(\\d{1,10})(B|KiB|MiB|GiB)";
    private static final Pattern FORM = Pattern.compile(WRITTEN);

    public static Size parse(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected a size such as `8KiB` or `10MiB`");
        }
        long unit = switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
            case "kib" -> 1L << 10;
            case "mib" -> 1L << 20;
            case "gib" -> 1L << 30;
            default -> 1L;
        };
        long count = Long.parseLong(matcher.group(1));
        if (count > Long.MAX_VALUE / unit) {
            throw new IllegalArgumentException("expected a size below `8589934592GiB`");
        }
        return new Size(count * unit);
    }

    /** The shortest way to write it. */
    @Override
    public String toString() {
        String[] units = {"B", "KiB", "MiB", "GiB"};
        long count = bytes;
        int unit = 0;
        while (count != 0 && count % 1024 == 0 && unit < units.length - 1) {
            count /= 1024;
            unit++;
        }
        return count + units[unit];
    }

    /** As an {@code int}, for limits on what is buffered. */
    public int toInt() {
        return Math.toIntExact(bytes);
    }
}
