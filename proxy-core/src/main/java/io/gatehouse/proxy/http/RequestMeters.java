package io.gatehouse.proxy.http;

import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Outcome;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts requests by route and how they ended, and the time they took. Both labels come from the configuration and from stable
 * codes, so a stranger cannot make them grow.
 */
final class RequestMeters {
    private final MeterRegistry registry;
    private final Map<String, Map<String, Ended>> byRoute = new ConcurrentHashMap<>();

    RequestMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Requests of one route that ended with one code. */
    private record Ended(LongAdder requests, LongAdder nanos) {}

    void ended(String route, Outcome outcome) {
        var codes = byRoute.get(route);
        if (codes == null) {
            codes = byRoute.computeIfAbsent(route, _ -> new ConcurrentHashMap<>());
        }
        var ended = codes.get(outcome.code());
        if (ended == null) {
            ended = codes.computeIfAbsent(outcome.code(), code -> register(route, code));
        }
        ended.requests.increment();
        ended.nanos.add(outcome.durationNanos());
    }

    /** A message that was not even a request. */
    void refused(Denial denial) {
        ended("none", new Outcome(Outcome.Cause.DENIED, denial.code(), denial.status(), 0, 0, 0, 0, false, null));
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
