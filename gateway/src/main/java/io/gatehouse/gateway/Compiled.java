package io.gatehouse.gateway;

import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.engine.Engine;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.http.target.Upstream;
import io.gatehouse.proxy.route.RouteTable;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A configuration made ready to serve, and the parts that it is made of by where they stand in the file: the next
 * configuration keeps those that did not change, so that counters, pools and sessions live on.
 */
record Compiled(
        Snapshot snapshot, Map<Placed, Filter> filters, Map<Placed, Engine> engines, Map<Placed, Upstream> upstreams) {
    private static final Logger LOG = LoggerFactory.getLogger(Compiled.class);

    static final Compiled NOTHING =
            new Compiled(new Snapshot(new RouteTable<>(List.of()), new NoPolicies()), Map.of(), Map.of(), Map.of());

    /**
     * A part and its place.
     *
     * @param place such as {@code chain:secured:rate-limit:2}, the second with the same settings in this chain
     * @param settings equal where nothing changed
     */
    record Placed(String place, Object settings) {}

    /** Closes the parts that {@code next} does not use. */
    void closeUnused(Compiled next) {
        closeUnused(filters, next.filters);
        closeUnused(engines, next.engines);
        closeUnused(upstreams, next.upstreams);
    }

    /** Closes what is not kept. One part that fails to close does not keep the others open. */
    static <T extends AutoCloseable> void closeUnused(Map<Placed, T> parts, Map<Placed, T> kept) {
        parts.forEach((placed, part) -> {
            if (!kept.containsKey(placed)) {
                try {
                    part.close();
                } catch (Throwable failure) { // of a plugin it may be any
                    LOG.warn("`{}` did not close in good order", placed.place(), failure);
                }
            }
        });
    }
}
