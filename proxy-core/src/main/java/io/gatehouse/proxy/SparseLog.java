package io.gatehouse.proxy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

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

    /**
     * Writes unless enough was written lately; {@code line} takes what to say at its end of those that were withheld since the last
     * one: nothing where there were none.
     */
    public void write(Consumer<String> line) {
        long now = System.nanoTime();
        long start = began.get();
        if (now - start > intervalNanos && began.compareAndSet(start, now)) {
            passed.set(0);
        }
        if (passed.incrementAndGet() <= most) {
            long more = withheld.getAndSet(0);
            line.accept(more == 0 ? "" : " (and " + more + " more since the last line)");
        } else {
            withheld.incrementAndGet();
        }
    }
}
