package io.gatehouse.proxy.http.exchange;

/**
 * How fast a client takes what is written for it: told of each piece, and looked at by the clock. Touched on its event loop only.
 * Not SPI.
 */
public final class Uptake {
    /** What a client is believed to take until it has shown what it does. */
    private static final long FIRST = 256 << 10;

    private long written;
    private long taken;
    /** Bytes taken in a tick of the clock: of each, half as much counts as of the one after it. */
    private long pace = FIRST;

    void wrote(int bytes) {
        written += bytes;
    }

    /** A tick is over; {@code held}: what is written and not taken. */
    void tick(long held) {
        long more = since(held);
        pace = (pace + more) / 2;
        taken += more;
    }

    /** What was taken in the tick that goes on. */
    private long since(long held) {
        return Math.max(0, written - held - taken);
    }

    /** For how many ticks the client would take what is held, at its pace. */
    double ticksFor(long held) {
        return (double) held / (pace + since(held) + 1);
    }
}
