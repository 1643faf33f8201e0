package io.gatehouse.proxy.http.exchange;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * Requests by route and how they ended, the time they took, and the bytes of their bodies, over all event loops. All labels come from
 * the configuration and from stable codes, so a stranger cannot make them grow. Safe from any thread. Not SPI.
 */
public final class RequestMeters {
    private final MeterRegistry registry;
    private final Map<String, OfRoute> byRoute = new ConcurrentHashMap<>();

    public RequestMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * What each loop counted of one route.
     *
     * @param codes that are shown
     * @param meters what shows them; like {@code codes} it changes only while the route is held in {@link #byRoute}
     */
    private record OfRoute(Map<LoopMeters, RouteCounts> loops, Set<String> codes, List<Meter> meters) {
        long sum(ToLongFunction<RouteCounts> number) {
            return loops.values().stream().mapToLong(number).sum();
        }

        DurationHistogram durations() {
            var buckets = new long[DurationHistogram.BUCKETS];
            long nanos = 0;
            for (var counts : loops.values()) {
                nanos += counts.addDurationsTo(buckets);
            }
            return new DurationHistogram(buckets, nanos / (double) TimeUnit.SECONDS.toNanos(1));
        }
    }

    /** Where {@code loop} counts the requests of a route. */
    RouteCounts counts(String route, LoopMeters loop) {
        var known = byRoute.get(route);
        var ofRoute = known == null ? byRoute.computeIfAbsent(route, this::registerRoute) : known;
        return ofRoute.loops.computeIfAbsent(loop, _ -> new RouteCounts());
    }

    /** How long requests took, by route. */
    public Map<String, DurationHistogram> durations() {
        var durations = new TreeMap<String, DurationHistogram>();
        byRoute.forEach((route, ofRoute) -> durations.put(route, ofRoute.durations()));
        return durations;
    }

    private OfRoute registerRoute(String route) {
        var made = new OfRoute(new ConcurrentHashMap<>(), new HashSet<>(), new ArrayList<>());
        made.meters.add(
                FunctionCounter.builder("gatehouse.request.body", made, value -> value.sum(RouteCounts::requestBytes))
                        .description("bytes of requests' bodies")
                        .baseUnit("bytes")
                        .tags("route", route)
                        .register(registry));
        made.meters.add(
                FunctionCounter.builder("gatehouse.response.body", made, value -> value.sum(RouteCounts::responseBytes))
                        .description("bytes of answers' bodies")
                        .baseUnit("bytes")
                        .tags("route", route)
                        .register(registry));
        return made;
    }

    /** A request of a route ended with this code for the first time on some loop. Where the route was let go of, nothing shows it. */
    void register(String route, String code) {
        byRoute.computeIfPresent(route, (_, ofRoute) -> {
            if (ofRoute.codes.add(code)) {
                show(route, code, ofRoute);
            }
            return ofRoute;
        });
    }

    private void show(String route, String code, OfRoute ofRoute) {
        ofRoute.meters.add(FunctionCounter.builder(
                        "gatehouse.requests", ofRoute, value -> value.sum(counts -> counts.requests(code)))
                .description("requests that ended")
                .tags("route", route, "code", code)
                .register(registry));
        ofRoute.meters.add(FunctionCounter.builder(
                        "gatehouse.request.seconds",
                        ofRoute,
                        value -> value.sum(counts -> counts.nanos(code)) / (double) TimeUnit.SECONDS.toNanos(1))
                .description("time from a request's head to its end, added up")
                .tags("route", route, "code", code)
                .register(registry));
    }

    /**
     * Lets go of every route but {@code routes} and of what shows it, so that names that each reload makes anew do not add up. A
     * request that still ends on one of them is counted from nothing, until the next time.
     */
    public void retain(Set<String> routes) {
        for (var route : byRoute.keySet()) {
            if (!routes.contains(route) && !FallbackRoutes.NAME.equals(route)) {
                byRoute.computeIfPresent(route, (_, ofRoute) -> {
                    ofRoute.meters.forEach(registry::remove);
                    return null;
                });
            }
        }
    }
}
