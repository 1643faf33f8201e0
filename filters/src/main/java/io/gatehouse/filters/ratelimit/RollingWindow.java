package io.gatehouse.filters.ratelimit;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Never more than the limit in any period, wherever it begins. A ring holds what was admitted: up to {@value #MOST_SLOTS}
 * requests one in each slot, so the window is exact; beyond, each slot stands for a group, which is free again when its last
 * request has left the window, so a group is late by at most its own length and never early.
 *
 * <p>A slot is lap, count and time in one long, changed by compare-and-set; {@code ticket} says which slot is filled next, and
 * whoever finds that slot full moves it on. A slot may begin a new lap when its last request has left the window: then all
 * that counts lies in the slots of one lap, and their sizes add up to the limit.
 */
final class RollingWindow implements Allowance {
    static final int MOST_SLOTS = 128;

    private static final int TIME_BITS = 42;
    private static final int COUNT_BITS = 20;
    private static final long TIME_MASK = (1L << TIME_BITS) - 1;
    private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;
    private static final long LAP_MASK = 0x3;
    private static final int TICK_SHIFT = 16;
    private static final long GONE = -1;

    private final AtomicLongArray slots;
    private final AtomicLong ticket;
    private final Shape shape;

    RollingWindow(Shape shape) {
        this.shape = shape;
        this.slots = new AtomicLongArray(shape.slots);
        this.ticket = new AtomicLong(shape.slots); // lap 1: every slot is as after a lap 0 long ago
    }

    /** What the windows of one limit have in common. */
    static final class Shape {
        private final int slots;
        private final long group;
        private final long limit;
        private final long window;
        private final long origin;

        /** {@code period} in nanoseconds, {@code now} when counting begins. */
        Shape(long limit, long period, long now) {
            this.limit = limit;
            this.group = (limit + MOST_SLOTS - 1) / MOST_SLOTS;
            this.slots = (int) ((limit + group - 1) / group);
            this.window = (period >> TICK_SHIFT) + 2; // rounded up, since ticks are rounded down
            this.origin = now - ((window + 1) << TICK_SHIFT);
        }

        /** Ticks of 66 us since more than a period before the start: so a slot of time 0 is free. 42 bits last 9 years. */
        private long ticks(long now) {
            return ((now - origin) >> TICK_SHIFT) & TIME_MASK;
        }

        private long size(int slot) {
            return slot == slots - 1 ? limit - group * (slots - 1) : group;
        }
    }

    @Override
    public long take(long now) {
        long time = shape.ticks(now);
        while (true) {
            long at = ticket.get();
            if (at == GONE) {
                return RETIRED;
            }
            int slot = (int) (at % shape.slots);
            long lap = (at / shape.slots) & LAP_MASK;
            long size = shape.size(slot);
            long old = slots.get(slot);
            long count = lap(old) == lap ? count(old) : 0;
            if (count == size) {
                ticket.compareAndSet(at, at + 1);
                continue;
            }
            if (count == 0) {
                long wait = shape.window - age(old, time);
                if (wait > 0) {
                    if (ticket.get() != at) {
                        continue;
                    }
                    return -(wait << TICK_SHIFT);
                }
            }
            long latest = count == 0 ? time : latest(old, time);
            if (slots.compareAndSet(slot, old, pack(lap, count + 1, latest))) {
                return taken(at, slot, size - count - 1, time);
            }
        }
    }

    private long taken(long at, int slot, long left, long time) {
        if (left == 0) {
            ticket.compareAndSet(at, at + 1);
        }
        return ticket.get() == GONE ? RETIRED : left + free(slot, time);
    }

    /** How many the slots after this one would admit now; they lie in the order of their times. */
    private long free(int after, long time) {
        int low = 0;
        int high = shape.slots - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (age(slots.get((after + middle) % shape.slots), time) >= shape.window) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        boolean withLast = after < shape.slots - 1 && after + low >= shape.slots - 1;
        return low * shape.group - (withLast ? shape.group - shape.size(shape.slots - 1) : 0);
    }

    @Override
    public boolean retire(long now) {
        long time = shape.ticks(now);
        long at = ticket.get();
        if (at == GONE || !idle(at, time) || !ticket.compareAndSet(at, GONE)) {
            return false;
        }
        if (idle(at, time)) {
            return true;
        }
        ticket.set(at); // someone took from it in between
        return false;
    }

    /** Whether the latest request has left the window: it is in the slot that is being filled, or in the one before. */
    private boolean idle(long at, long time) {
        return age(slots.get((int) (at % shape.slots)), time) >= shape.window
                && age(slots.get((int) ((at + shape.slots - 1) % shape.slots)), time) >= shape.window;
    }

    private static long pack(long lap, long count, long time) {
        return (lap << (TIME_BITS + COUNT_BITS)) | (count << TIME_BITS) | time;
    }

    private static long lap(long slot) {
        return slot >>> (TIME_BITS + COUNT_BITS);
    }

    private static long count(long slot) {
        return (slot >>> TIME_BITS) & COUNT_MASK;
    }

    /** Ticks since the slot's latest request; 0 where another thread's clock reading was a little later. */
    private static long age(long slot, long time) {
        return Math.max(0, time - (slot & TIME_MASK));
    }

    private static long latest(long slot, long time) {
        return Math.max(slot & TIME_MASK, time);
    }
}
