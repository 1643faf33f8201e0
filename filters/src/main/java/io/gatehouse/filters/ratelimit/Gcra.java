package io.gatehouse.filters.ratelimit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The generic cell rate algorithm: one time, at which all that was taken will have been paid back; one request costs
 * {@code interval}, and at most {@code burst} of them may be owed.
 */
final class Gcra implements Allowance {
    private final long interval;
    private final long tolerance;
    private final AtomicLong paidBackAt;

    /** {@code interval} is in nanoseconds; {@code interval * burst} must fit a third of a long. */
    Gcra(long interval, long burst, long now) {
        this.interval = interval;
        this.tolerance = interval * burst;
        this.paidBackAt = new AtomicLong(now);
    }

    @Override
    public long take(long now) {
        while (true) {
            long old = paidBackAt.get();
            if (old == RETIRED) {
                return RETIRED;
            }
            long owed = Math.max(0, old - now) + interval;
            if (owed > tolerance) {
                return tolerance - owed;
            }
            if (paidBackAt.compareAndSet(old, notRetired(now + owed))) {
                return (tolerance - owed) / interval;
            }
        }
    }

    private static long notRetired(long time) {
        return time == RETIRED ? time + 1 : time;
    }

    @Override
    public boolean retire(long now) {
        long old = paidBackAt.get();
        return old != RETIRED && old - now <= 0 && paidBackAt.compareAndSet(old, RETIRED);
    }
}
