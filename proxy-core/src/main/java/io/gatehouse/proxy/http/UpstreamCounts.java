package io.gatehouse.proxy.http;

import java.util.EnumMap;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What is counted of one upstream by all event loops; requests that go well count nothing here. */
final class UpstreamCounts {
    /** Why a request went out once more. */
    enum Retry {
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
    final LongAdder retriesDenied = new LongAdder();
    final LongAdder connectFailures = new LongAdder();
    final LongAdder ejections = new LongAdder();
    final LongAdder refusedBusy = new LongAdder();
    final LongAdder refusedOpen = new LongAdder();
    final LongAdder mirrored = new LongAdder();
    final LongAdder mirrorsDropped = new LongAdder();

    UpstreamCounts() {
        for (var why : Retry.values()) {
            retries.put(why, new LongAdder());
        }
    }

    LongAdder retries(Retry why) {
        return Objects.requireNonNull(retries.get(why));
    }
}
