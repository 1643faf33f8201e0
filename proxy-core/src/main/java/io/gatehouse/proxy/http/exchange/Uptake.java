package io.gatehouse.proxy.http.exchange;

/**
 * How fast a client takes what is written for it: told of each piece, and looked at by the clock. Touched on its event loop only.
 * Not SPI.
 */
public final class Uptake {
    /** Ticks over which the pace is taken: kernels take what a slow client is sent in lumps, seconds apart. */
    private static final int TICKS = 16;

    /** What a client is believed to take until it has shown more: a poor connection's, or those who never take anything would seem fast. */
    private static final int FIRST = 8 << 10;

    private long written;
    private long taken;
    /** Bytes that the client takes in a tick of the clock. */
    private double pace = FIRST;

    private boolean ended;

    void wrote(int bytes) {
        written += bytes;
    }

    /** A tick is over; {@code held}: what is written and not taken. */
    void tick(long held) {
        long more = since(held);
        double next = pace + (more - pace) / TICKS;
        pace = held == 0 ? Math.max(pace, next) : next; // who took all that there was could take more
        taken += more;
    }

    /** What was taken in the tick that goes on. */
    private long since(long held) {
        return Math.max(0, written - held - taken);
    }

    /** For how many ticks the client would take what is held, at its pace. */
    double ticksFor(long held) {
        return held / (pace + since(held) + 1);
    }

    /** The connection is being ended for what it holds: what is left of that goes by itself. */
    void end() {
        ended = true;
    }

    boolean hasEnded() {
        return ended;
    }
}
