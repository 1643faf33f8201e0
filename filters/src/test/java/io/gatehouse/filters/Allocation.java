package io.gatehouse.filters;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what code allocates on this thread, once it is compiled. */
public final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 20_000;

    private Allocation() {}

    /** Bytes a run, over the cheapest of several series: compilation on this thread may add to some. */
    public static long bytesPerRun(Runnable run) {
        long least = Long.MAX_VALUE;
        for (int series = 0; series < 10; series++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROUNDS; i++) {
                run.run();
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least / ROUNDS;
    }
}
