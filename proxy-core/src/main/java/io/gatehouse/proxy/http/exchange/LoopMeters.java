package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.Route;
import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Outcome;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/** Counts the requests of one event loop, by route. Touched on that loop only. */
public final class LoopMeters {
    private final RequestMeters meters;
    private final IdentityHashMap<Route, RouteCounts> byRoute = new IdentityHashMap<>();
    /** Whose routes are known: those of another one may never be asked for again. */
    private @Nullable Snapshot known;

    public LoopMeters(RequestMeters meters) {
        this.meters = meters;
    }

    /** Counts a request; {@code snapshot} is that of now. */
    @SuppressWarnings("ReferenceEquality") // a snapshot is what it is by being put in place
    void ended(Snapshot snapshot, Route route, Outcome outcome) {
        if (snapshot != known) {
            byRoute.clear();
            known = snapshot;
        }
        ended(route, outcome);
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
        ended(
                FallbackRoutes.NONE,
                new Outcome(Outcome.Cause.DENIED, denial.code(), denial.status(), 0, 0, 0, 0, false, null));
    }
}
