package io.gatehouse.filters.compress;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.config.Size;
import java.util.List;

/** Settings of {@code compress}. */
public record CompressConfig(
        @Doc("media types, such as text/html, text/* or +json; what is commonly text where left out")
        List<String> types,

        @Doc("answers that are announced as smaller stay as they are") @Default("1KiB")
        Size minSize,

        @Doc("1 (fast) to 9 (small)") @Default("1") int level,

        @Doc("so many answers at once, each of which takes 256 KiB; more pass as they are") @Default("256")
        int concurrent,

        @Doc("also where a request brings what browsers send by themselves: cookies, passwords, certificates (BREACH)")
        @Default("false")
        boolean credentials) {
    private static final int MOST = 100_000;

    public CompressConfig {
        for (int i = 0; i < types.size(); i++) {
            MediaTypes.check("types[" + i + "]", types.get(i));
        }
        if (level < 1 || level > 9) {
            throw new IllegalArgumentException("level: expected 1 to 9, got `" + level + "`");
        }
        if (concurrent < 1 || concurrent > MOST) {
            throw new IllegalArgumentException("concurrent: expected 1 to " + MOST + ", got `" + concurrent + "`");
        }
    }
}
