package io.gatehouse.proxy.http.target;

import java.util.EnumMap;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What is counted of one upstream by all event loops; requests that go well count nothing here. */
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

    UpstreamCounts() {
        for (var why : Retry.values()) {
            retries.put(why, new LongAdder());
        }
    }

    public LongAdder retries(Retry why) {
        return Objects.requireNonNull(retries.get(why));
    }
}
