package io.gatehouse.proxy.http.exchange;

import java.util.concurrent.atomic.LongAdder;

/** How many durations fell below each of some fixed bounds. Any thread records, without a lock or an allocation. */
public final class DurationHistogram {
    private static final double[] BOUNDS_SECONDS = {
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
    };
    private static final long[] BOUNDS = nanos();

    private final LongAdder[] counts = new LongAdder[BOUNDS.length + 1];
    private final LongAdder nanos = new LongAdder();

    public DurationHistogram() {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    private static long[] nanos() {
        var nanos = new long[BOUNDS_SECONDS.length];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = Math.round(BOUNDS_SECONDS[i] * 1e9);
        }
        return nanos;
    }

    /** The upper bounds of all buckets but the last, which has none. */
    public static double[] boundsSeconds() {
        return BOUNDS_SECONDS.clone();
    }

    public void record(long duration) {
        int bucket = 0;
        while (bucket < BOUNDS.length && duration > BOUNDS[bucket]) {
            bucket++;
        }
        counts[bucket].increment();
        nanos.add(duration);
    }

    /** How many fell into each bucket, not added up; one number more than there are bounds. */
    public long[] counts() {
        var sums = new long[counts.length];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = counts[i].sum();
        }
        return sums;
    }

    /** All durations together. */
    public double sumSeconds() {
        return nanos.sum() / 1e9;
    }
}
