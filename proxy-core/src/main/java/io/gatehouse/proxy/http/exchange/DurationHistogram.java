package io.gatehouse.proxy.http.exchange;

import java.util.concurrent.TimeUnit;

/** How long requests took. Immutable. */
public final class DurationHistogram {
    private static final double[] BOUNDS_SECONDS = {
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
    };
    private static final long[] BOUNDS_NANOS = nanos();
    static final int BUCKETS = BOUNDS_SECONDS.length + 1;

    private final long[] counts;
    private final double sumSeconds;

    /** Takes ownership of {@code counts}. */
    DurationHistogram(long[] counts, double sumSeconds) {
        this.counts = counts;
        this.sumSeconds = sumSeconds;
    }

    private static long[] nanos() {
        var nanos = new long[BOUNDS_SECONDS.length];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = Math.round(BOUNDS_SECONDS[i] * TimeUnit.SECONDS.toNanos(1));
        }
        return nanos;
    }

    /** The upper bounds of all buckets but the last, which has none. */
    public static double[] boundsSeconds() {
        return BOUNDS_SECONDS.clone();
    }

    /** How many fell into each bucket, not added up; one number more than there are bounds. */
    public long[] counts() {
        return counts.clone();
    }

    /** All durations together. */
    public double sumSeconds() {
        return sumSeconds;
    }

    /** The bucket of what took so many nanoseconds. */
    static int bucket(long nanos) {
        int bucket = 0;
        while (bucket < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[bucket]) {
            bucket++;
        }
        return bucket;
    }
}
