package io.gatehouse.proxy.http.target;

import io.gatehouse.proxy.http.transport.LoopScratch;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What is counted of one upstream by all event loops; a request that goes well counts on its own loop alone. Not SPI. */
public final class UpstreamCounts {
    /** Why a request went out once more. */
    public enum Retry {
        /** There was no connection. */
        CONNECT_FAILURE,
        /** The connection ended before the answer's head. */
        RESET,
        /** A connection that had been idle turned out to be closed. */
        STALE,
        /** The target said that it had not begun with it. */
        REFUSED
    }

    private final EnumMap<Retry, LongAdder> retries = new EnumMap<>(Retry.class);
    public final LongAdder retriesDenied = new LongAdder();
    public final LongAdder connectFailures = new LongAdder();
    public final LongAdder ejections = new LongAdder();
    public final LongAdder refusedBusy = new LongAdder();
    public final LongAdder refusedOpen = new LongAdder();
    public final LongAdder mirrored = new LongAdder();
    public final LongAdder mirrorsDropped = new LongAdder();

    private final Map<String, Map<LoopScratch, TargetCounts>> requests = new ConcurrentHashMap<>();
    private final Map<String, Checks> checks = new ConcurrentHashMap<>();

    /** Checks of one target's health, of all its addresses. */
    record Checks(LongAdder passed, LongAdder failed) {}

    UpstreamCounts() {
        for (var why : Retry.values()) {
            retries.put(why, new LongAdder());
        }
    }

    public LongAdder retries(Retry why) {
        return Objects.requireNonNull(retries.get(why));
    }

    /** Where {@code loop} counts the requests of a target. */
    TargetCounts ofTarget(String target, LoopScratch loop) {
        return requests.computeIfAbsent(target, _ -> new ConcurrentHashMap<>())
                .computeIfAbsent(loop, _ -> new TargetCounts());
    }

    /** How many requests to a target ended so, on all event loops. */
    long requests(String target, TargetResult result) {
        var loops = requests.get(target);
        return loops == null
                ? 0
                : loops.values().stream().mapToLong(counts -> counts.of(result)).sum();
    }

    Checks checks(String target) {
        return checks.computeIfAbsent(target, _ -> new Checks(new LongAdder(), new LongAdder()));
    }
}
