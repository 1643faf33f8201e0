package io.gatehouse.proxy.http;

import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Outcome;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts requests by route and how they ended, the time they took, and the bytes of their bodies. All labels come from the
 * configuration and from stable codes, so a stranger cannot make them grow.
 */
final class RequestMeters {
    private final MeterRegistry registry;
    private final Map<String, OfRoute> byRoute = new ConcurrentHashMap<>();

    RequestMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Requests of one route that ended with one code. */
    private record Ended(LongAdder requests, LongAdder nanos) {}

    /** Requests of one route. */
    private record OfRoute(
            Map<String, Ended> codes, DurationHistogram durations, LongAdder requestBytes, LongAdder responseBytes) {}

    void ended(String route, Outcome outcome) {
        var known = byRoute.get(route);
        var ofRoute = known == null ? byRoute.computeIfAbsent(route, this::registerRoute) : known;
        var ended = ofRoute.codes.get(outcome.code());
        if (ended == null) {
            ended = ofRoute.codes.computeIfAbsent(outcome.code(), code -> register(route, code));
        }
        ended.requests.increment();
        ended.nanos.add(outcome.durationNanos());
        ofRoute.durations.record(outcome.durationNanos());
        if (outcome.requestBytes() > 0) {
            ofRoute.requestBytes.add(outcome.requestBytes());
        }
        if (outcome.responseBytes() > 0) {
            ofRoute.responseBytes.add(outcome.responseBytes());
        }
    }

    /** A message that was not even a request. */
    void refused(Denial denial) {
        ended("none", Outcome.refused(denial));
    }

    /** How long requests took, by route. */
    Map<String, DurationHistogram> durations() {
        var durations = new TreeMap<String, DurationHistogram>();
        byRoute.forEach((route, ofRoute) -> durations.put(route, ofRoute.durations));
        return durations;
    }

    private OfRoute registerRoute(String route) {
        var made = new OfRoute(new ConcurrentHashMap<>(), new DurationHistogram(), new LongAdder(), new LongAdder());
        FunctionCounter.builder("gatehouse.request.body", made.requestBytes, LongAdder::sum)
                .description("bytes of requests' bodies")
                .baseUnit("bytes")
                .tags("route", route)
                .register(registry);
        FunctionCounter.builder("gatehouse.response.body", made.responseBytes, LongAdder::sum)
                .description("bytes of answers' bodies")
                .baseUnit("bytes")
                .tags("route", route)
                .register(registry);
        return made;
    }

    private Ended register(String route, String code) {
        var ended = new Ended(new LongAdder(), new LongAdder());
        FunctionCounter.builder("gatehouse.requests", ended, value -> value.requests.sum())
                .description("requests that ended")
                .tags("route", route, "code", code)
                .register(registry);
        FunctionCounter.builder(
                        "gatehouse.request.seconds",
                        ended,
                        value -> value.nanos.sum() / (double) TimeUnit.SECONDS.toNanos(1))
                .description("time from a request's head to its end, added up")
                .tags("route", route, "code", code)
                .register(registry);
        return ended;
    }
}
