package io.gatehouse.benchmarks.soak;

import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** What was done and what was wrong. Safe from any thread. */
final class Tally {
    private static final int MAX_FAULTS = 50;

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final LongAdder faultCount = new LongAdder();

    void count(String what) {
        counts.computeIfAbsent(what, name -> new LongAdder()).increment();
    }

    long counted(String what) {
        var adder = counts.get(what);
        return adder == null ? 0 : adder.sum();
    }

    /** Something that must not be. The first ones are kept. */
    void fault(String what) {
        faultCount.increment();
        if (faults.size() < MAX_FAULTS) {
            faults.add(LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MILLIS) + " " + what);
        }
    }

    long faultCount() {
        return faultCount.sum();
    }

    Queue<String> faults() {
        return faults;
    }

    @Override
    public String toString() {
        return new TreeMap<>(counts).toString();
    }
}
