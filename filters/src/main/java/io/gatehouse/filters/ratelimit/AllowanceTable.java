package io.gatehouse.filters.ratelimit;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;

/**
 * Allowances by key, bounded. The rule: an allowance leaves the table only when it is as good as a new one, so nobody gets a
 * fresh one by filling the table. Where it is full of live allowances, keys that have no place share a few spare ones, until
 * places are free; keys that have a place feel nothing of it.
 */
final class AllowanceTable {
    private static final int SPARES = 64;
    private static final int SWEPT_AT_ONCE = 8;

    private final ConcurrentHashMap<String, Allowance> entries = new ConcurrentHashMap<>();
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicBoolean sweeping = new AtomicBoolean();
    private final Allowance[] spares = new Allowance[SPARES];
    private final int capacity;
    private final LongFunction<Allowance> fresh;
    private Iterator<Map.Entry<String, Allowance>> sweep = entries.entrySet().iterator();

    /** {@code fresh} makes an unused allowance; its argument is the time now. */
    AllowanceTable(int capacity, LongFunction<Allowance> fresh, long now) {
        this.capacity = capacity;
        this.fresh = fresh;
        Arrays.setAll(spares, i -> fresh.apply(now));
    }

    /** As {@link Allowance#take}, for a key; never {@link Allowance#RETIRED}. */
    long take(String key, long now) {
        while (true) {
            var allowance = entries.get(key);
            long answer = (allowance == null ? enter(key, now) : allowance).take(now);
            if (answer != Allowance.RETIRED) {
                return answer;
            }
            Thread.onSpinWait(); // the sweeper is about to take it away, or to give it back
        }
    }

    int size() {
        return entries.size();
    }

    private Allowance enter(String key, long now) {
        sweepSome(now);
        if (taken.incrementAndGet() > capacity) {
            taken.decrementAndGet();
            return spares[((key.hashCode() * 0x9E3779B9) >>> 16) % SPARES];
        }
        var made = fresh.apply(now);
        var other = entries.putIfAbsent(key, made);
        if (other == null) {
            return made;
        }
        taken.decrementAndGet();
        return other;
    }

    /** Each new key pays for looking at a few old ones; one thread at a time, the others go on. */
    private void sweepSome(long now) {
        if (!sweeping.compareAndSet(false, true)) {
            return;
        }
        try {
            for (int i = 0; i < SWEPT_AT_ONCE; i++) {
                if (!sweep.hasNext()) {
                    sweep = entries.entrySet().iterator();
                    return;
                }
                var entry = sweep.next();
                if (entry.getValue().retire(now) && entries.remove(entry.getKey(), entry.getValue())) {
                    taken.decrementAndGet();
                }
            }
        } finally {
            sweeping.set(false);
        }
    }
}
