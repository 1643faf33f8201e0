package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.Route;
import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Outcome;
import java.util.IdentityHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Counts the requests of one event loop, by route. Touched on that loop only. Not SPI. */
public final class LoopMeters {
    private final RequestMeters meters;
    private final Supplier<Snapshot> current;
    private final IdentityHashMap<Route, RouteCounts> byRoute = new IdentityHashMap<>();
    /** Whose routes are known: those of another one may never be asked for again. */
    private @Nullable Snapshot known;

    /** Counts for {@code meters}; {@code current}: what is served by now. */
    public LoopMeters(RequestMeters meters, Supplier<Snapshot> current) {
        this.meters = meters;
        this.current = current;
    }

    /** Lets go of what is served no more. */
    @SuppressWarnings("ReferenceEquality") // a snapshot is what it is by being put in place
    void tick() {
        var now = current.get();
        if (now != known) {
            byRoute.clear();
            known = now;
        }
    }

    void ended(Route route, Outcome outcome) {
        var counts = byRoute.get(route);
        if (counts == null) {
            counts = meters.counts(route.info().name(), this);
            byRoute.put(route, counts);
        }
        if (counts.add(outcome)) {
            meters.register(route.info().name(), outcome.code());
        }
    }

    /** A message that was not even a request. */
    public void refused(Denial denial) {
        ended(FallbackRoutes.NONE, Outcome.refused(denial));
    }
}
