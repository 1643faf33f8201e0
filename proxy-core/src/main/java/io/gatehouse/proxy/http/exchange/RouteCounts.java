package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.filter.Outcome;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Numbers of the requests of one route on one event loop. That loop writes, without a lock or an atomic step, and any thread reads;
 * they lie side by side, since with thousands of routes what a request costs is how many places of memory it touches.
 */
final class RouteCounts {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int REQUEST_BYTES = DurationHistogram.BUCKETS;
    private static final int RESPONSE_BYTES = REQUEST_BYTES + 1;
    private static final int CODES = RESPONSE_BYTES + 1;

    /** Buckets of durations, bytes, then for each of the codes how many requests and how many nanoseconds. */
    private volatile long[] cells = new long[CODES];

    private volatile String[] codes = {};

    /** Counts a request. Answers whether its code is new here. */
    boolean add(Outcome outcome) {
        int at = indexOf(codes, outcome.code());
        boolean fresh = at == codes.length;
        if (fresh) {
            cells = Arrays.copyOf(cells, cells.length + 2);
            var more = Arrays.copyOf(codes, at + 1);
            more[at] = outcome.code();
            codes = more;
        }
        var into = cells;
        long nanos = outcome.durationNanos();
        add(into, DurationHistogram.bucket(nanos), 1);
        add(into, REQUEST_BYTES, outcome.requestBytes());
        add(into, RESPONSE_BYTES, outcome.responseBytes());
        add(into, CODES + 2 * at, 1);
        add(into, CODES + 2 * at + 1, nanos);
        return fresh;
    }

    private static void add(long[] cells, int at, long more) {
        if (more != 0) {
            CELL.setOpaque(cells, at, cells[at] + more);
        }
    }

    private static int indexOf(String[] known, String code) {
        int at = 0;
        while (at < known.length && !known[at].equals(code)) {
            at++;
        }
        return at;
    }

    private static long cell(long[] cells, int at) {
        return at < cells.length ? (long) CELL.getOpaque(cells, at) : 0;
    }

    long requestBytes() {
        return cell(cells, REQUEST_BYTES);
    }

    long responseBytes() {
        return cell(cells, RESPONSE_BYTES);
    }

    /** How many requests ended with {@code code}. */
    long requests(String code) {
        return ofCode(code, 0);
    }

    /** How long the requests took that ended with {@code code}. */
    long nanos(String code) {
        return ofCode(code, 1);
    }

    /** The codes first: the cells of those that are known then are there, and those of later ones are not looked at. */
    private long ofCode(String code, int offset) {
        var known = codes;
        int at = indexOf(known, code);
        return at == known.length ? 0 : cell(cells, CODES + 2 * at + offset);
    }

    /** Adds the durations to {@code buckets}; answers their sum in nanoseconds. */
    long addDurationsTo(long[] buckets) {
        var from = cells;
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] += cell(from, i);
        }
        long nanos = 0;
        for (int at = CODES + 1; at < from.length; at += 2) {
            nanos += cell(from, at);
        }
        return nanos;
    }
}
