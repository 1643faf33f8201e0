package io.gatehouse.proxy.http;

import java.util.concurrent.TimeUnit;

/** Counts failures for want of memory: a few may pass, many in a short time do not. Safe from any thread. */
final class Shortages {
    private static final int MOST = 20;
    private static final long WITHIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private int count;
    private long since;

    /** One more at {@code now}, in nanoseconds. Answers whether there were too many within ten seconds. */
    synchronized boolean isOneTooMany(long now) {
        if (count == 0 || now - since > WITHIN_NANOS) {
            count = 0;
            since = now;
        }
        return ++count > MOST;
    }
}
