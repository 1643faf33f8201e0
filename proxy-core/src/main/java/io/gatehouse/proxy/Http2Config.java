package io.gatehouse.proxy;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.config.Rate;
import io.gatehouse.config.Size;

/** What HTTP/2 may take, besides the limits of its listener: one connection, and with {@code requests} all of them. */
public record Http2Config(
        @Doc("requests at once") @Default("100") int streams,

        @Doc("what a client may send of one body before more is asked for") @Default("64KiB")
        Size window,

        @Doc("streams that a client may cancel or break; the connection ends beyond") @Default("600/min")
        Rate resets,

        @Doc("frames that carry nothing (PING, SETTINGS, PRIORITY, tiny DATA and the like) beyond what data explain")
        @Default("1000/s")
        Rate idleFrames,

        @Doc("requests at once over all connections of the listener; more are refused") @Default("10000")
        int requests) {
    private static final int MOST_STREAMS = 10_000;
    private static final long LEAST_WINDOW = 16 << 10;
    private static final long LARGEST_WINDOW = 16 << 20;

    public Http2Config {
        if (streams < 1 || streams > MOST_STREAMS) {
            throw new IllegalArgumentException("streams: expected 1 to " + MOST_STREAMS + ", got `" + streams + "`");
        }
        if (requests < 1) {
            throw new IllegalArgumentException("requests: expected at least 1, got `" + requests + "`");
        }
        if (window.bytes() < LEAST_WINDOW || window.bytes() > LARGEST_WINDOW) {
            throw new IllegalArgumentException("window: expected 16KiB to 16MiB, got `" + window + "`");
        }
    }
}
