package io.gatehouse.proxy.http.transport;

import java.time.Duration;

/** Counts what may happen a few times, but not many times within a while. Safe from any thread. Not SPI. */
public final class Burst {
    private final int most;
    private final long withinNanos;
    private int count;
    private long since;

    /** Allows {@code most} within {@code within}, which begins with the first of them. */
    public Burst(int most, Duration within) {
        this.most = most;
        this.withinNanos = within.toNanos();
    }

    /** One more at {@code now}, in nanoseconds. Answers whether it is one too many. */
    public synchronized boolean isOneTooMany(long now) {
        if (count == 0 || now - since > withinNanos) {
            count = 0;
            since = now;
        }
        return ++count > most;
    }
}
