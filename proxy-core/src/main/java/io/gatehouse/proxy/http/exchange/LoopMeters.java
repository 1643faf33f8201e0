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

    /** Counts a request; {@code snapshot} is that of now. */
    void ended(Snapshot snapshot, Route route, Outcome outcome) {
        know(snapshot);
        ended(route, outcome);
    }

    /** Lets go of what is served no more, though no request comes. */
    void tick() {
        know(current.get());
    }

    @SuppressWarnings("ReferenceEquality") // a snapshot is what it is by being put in place
    private void know(Snapshot snapshot) {
        if (snapshot != known) {
            byRoute.clear();
            known = snapshot;
        }
    }

    private void ended(Route route, Outcome outcome) {
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
