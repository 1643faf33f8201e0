package io.gatehouse.proxy.http.exchange;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
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

    /** What each loop counted of one route, and the codes that are shown. A route that comes back by a reload goes on where it was. */
    private record OfRoute(Map<LoopMeters, RouteCounts> loops, Set<String> codes) {
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
        var made = new OfRoute(new ConcurrentHashMap<>(), ConcurrentHashMap.newKeySet());
        FunctionCounter.builder("gatehouse.request.body", made, value -> value.sum(RouteCounts::requestBytes))
                .description("bytes of requests' bodies")
                .baseUnit("bytes")
                .tags("route", route)
                .register(registry);
        FunctionCounter.builder("gatehouse.response.body", made, value -> value.sum(RouteCounts::responseBytes))
                .description("bytes of answers' bodies")
                .baseUnit("bytes")
                .tags("route", route)
                .register(registry);
        return made;
    }

    /** A request of a route ended with this code for the first time on some loop. */
    void register(String route, String code) {
        var ofRoute = byRoute.get(route);
        if (ofRoute == null) {
            throw new IllegalStateException("nothing counts requests of route " + route);
        }
        if (!ofRoute.codes.add(code)) {
            return;
        }
        FunctionCounter.builder("gatehouse.requests", ofRoute, value -> value.sum(counts -> counts.requests(code)))
                .description("requests that ended")
                .tags("route", route, "code", code)
                .register(registry);
        FunctionCounter.builder(
                        "gatehouse.request.seconds",
                        ofRoute,
                        value -> value.sum(counts -> counts.nanos(code)) / (double) TimeUnit.SECONDS.toNanos(1))
                .description("time from a request's head to its end, added up")
                .tags("route", route, "code", code)
                .register(registry);
    }
}
