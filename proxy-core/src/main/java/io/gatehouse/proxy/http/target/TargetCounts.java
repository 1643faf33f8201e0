package io.gatehouse.proxy.http.target;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** How requests to one target ended on one event loop. That loop writes, without a lock or an atomic step, and any thread reads. */
final class TargetCounts {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] cells = new long[TargetResult.values().length];

    void add(TargetResult result) {
        int at = result.cell();
        CELL.setOpaque(cells, at, cells[at] + 1);
    }

    long of(TargetResult result) {
        return (long) CELL.getOpaque(cells, result.cell());
    }
}
