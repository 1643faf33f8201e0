package io.gatehouse.filters.edge;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.config.Size;

/** When a log file is put aside, and how many of those are kept. */
public record Rotation(
        @Doc("a file that would grow beyond this is put aside, 1KiB or more") @Default("100MiB")
        Size size,

        @Doc("how many files are kept besides the one written to, 1 to 20") @Default("5")
        int keep) {
    private static final long SMALLEST = 1 << 10;
    private static final int MOST = 20;

    public Rotation {
        if (size.bytes() < SMALLEST) {
            throw new IllegalArgumentException("size: expected `1KiB` or more");
        }
        if (keep < 1 || keep > MOST) {
            throw new IllegalArgumentException("keep: expected 1 to 20, got `" + keep + "`");
        }
    }
}
