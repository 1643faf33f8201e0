package io.gatehouse.proxy.http.target;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** How requests to one target ended on one event loop. That loop writes, without a lock or an atomic step, and any thread reads. */
final class TargetCounts {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] cells = new long[TargetResult.values().length];

    /** Answers whether it is the first of its kind. */
    boolean add(TargetResult result) {
        int at = result.cell();
        long before = cells[at];
        CELL.setOpaque(cells, at, before + 1);
        return before == 0;
    }

    long of(TargetResult result) {
        return (long) CELL.getOpaque(cells, result.cell());
    }
}
