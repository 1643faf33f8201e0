package io.gatehouse.gateway;

import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.engine.Engine;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.http.Upstream;
import io.gatehouse.proxy.route.RouteTable;
import java.util.List;
import java.util.Map;

/**
 * A configuration made ready to serve, and the parts that it is made of by where they stand in the file: the next
 * configuration keeps those that did not change, so that counters, pools and sessions live on.
 */
record Compiled(
        Snapshot snapshot, Map<Placed, Filter> filters, Map<Placed, Engine> engines, Map<Placed, Upstream> upstreams) {
    static final Compiled NOTHING =
            new Compiled(new Snapshot(new RouteTable<>(List.of()), new NoPolicies()), Map.of(), Map.of(), Map.of());

    /**
     * A part and its place.
     *
     * @param place such as {@code chain:secured:2}
     * @param settings equal where nothing changed
     */
    record Placed(String place, Object settings) {}

    /** Closes the parts that {@code next} does not use. */
    void closeUnused(Compiled next) {
        filters.forEach((placed, filter) -> {
            if (!next.filters.containsKey(placed)) {
                filter.close();
            }
        });
        engines.forEach((placed, engine) -> {
            if (!next.engines.containsKey(placed)) {
                engine.close();
            }
        });
        upstreams.forEach((placed, upstream) -> {
            if (!next.upstreams.containsKey(placed)) {
                upstream.close();
            }
        });
    }
}
