package io.gatehouse.proxy;

import io.gatehouse.policy.PolicyDecisionPoint;
import io.gatehouse.proxy.filter.EarlyEnds;
import io.gatehouse.proxy.http.target.Upstream;
import io.gatehouse.proxy.route.RouteTable;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Everything that a request is judged and forwarded by, compiled whole and swapped at once. A request keeps the snapshot that
 * it began with, unless it is parked.
 *
 * @param routes by host, path and method
 * @param reserved the gateway's own paths, below {@link #RESERVED}
 * @param policies what filters ask
 * @param earlyEnds who hears of requests that no filter sees
 */
public record Snapshot(
        RouteTable<Route> routes, RouteTable<Route> reserved, PolicyDecisionPoint policies, EarlyEnds earlyEnds) {
    /** What the paths of the gateway itself begin with; no route of the configuration is asked for them. */
    public static final String RESERVED = "/.gatehouse/";

    /** A snapshot without paths of the gateway itself. */
    public Snapshot(RouteTable<Route> routes, PolicyDecisionPoint policies) {
        this(routes, new RouteTable<>(List.of()), policies, EarlyEnds.UNHEARD);
    }

    /** The names of all routes, those of the gateway itself among them. */
    public Set<String> routeNames() {
        Set<String> names = new HashSet<>();
        routes.routes().forEach(route -> names.add(route.info().name()));
        reserved.routes().forEach(route -> names.add(route.info().name()));
        return names;
    }

    /** Every upstream that a route leads to, or sends copies to. */
    public Set<Upstream> upstreams() {
        Set<Upstream> found = Collections.newSetFromMap(new IdentityHashMap<>());
        for (var route : routes.routes()) {
            if (route.target() instanceof Target.ToUpstream(var upstream)) {
                found.add(upstream);
            }
            var mirror = route.mirror();
            if (mirror != null) {
                found.add(mirror.to());
            }
        }
        return found;
    }
}
