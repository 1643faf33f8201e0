package io.gatehouse.proxy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** Lets some lines of a kind pass each interval, so that strangers cannot fill a log. Any thread. */
public final class SparseLog {
    private final int most;
    private final long intervalNanos;
    private final AtomicLong began = new AtomicLong(System.nanoTime());
    private final AtomicInteger passed = new AtomicInteger();
    private final AtomicLong withheld = new AtomicLong();

    /** Lets {@code most} lines pass each interval. */
    public SparseLog(int most, long intervalNanos) {
        this.most = most;
        this.intervalNanos = intervalNanos;
    }

    /** Writes unless enough was written lately; {@code line} takes how many were withheld since the last one. */
    public void write(LongConsumer line) {
        long now = System.nanoTime();
        long start = began.get();
        if (now - start > intervalNanos && began.compareAndSet(start, now)) {
            passed.set(0);
        }
        if (passed.incrementAndGet() <= most) {
            line.accept(withheld.getAndSet(0));
        } else {
            withheld.incrementAndGet();
        }
    }
}
