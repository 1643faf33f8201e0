package io.gatehouse.proxy.http.target;

import io.gatehouse.proxy.upstream.Endpoint;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

/** The meters of one upstream. Every label comes from the configuration, so that a stranger cannot make them grow. */
final class UpstreamMeters implements AutoCloseable {
    /** What alarms look at: an increase from nothing would be none. The others are shown once there are some. */
    private static final Set<TargetResult> BEGIN_AT_0 =
            EnumSet.of(TargetResult.STATUS_2XX, TargetResult.STATUS_5XX, TargetResult.FAILED);

    private final MeterRegistry registry;
    private final Upstream upstream;
    private final List<Meter> meters = new ArrayList<>();

    /** What is shown of each target. */
    private final Map<String, EnumSet<TargetResult>> shown = new HashMap<>();

    private boolean past;

    UpstreamMeters(MeterRegistry registry, Upstream upstream) {
        this.registry = registry;
        this.upstream = upstream;
    }

    /** Takes the place of what an upstream of the same name had before, once. */
    synchronized void register() {
        if (!meters.isEmpty()) {
            return;
        }
        var counts = upstream.counts();
        for (var why : UpstreamCounts.Retry.values()) {
            counter(
                    "gatehouse.upstream.retries",
                    "requests that were sent once more",
                    counts.retries(why),
                    tags("reason", why.name().toLowerCase(Locale.ROOT)));
        }
        counter("gatehouse.upstream.retries.denied", "retries beyond the budget", counts.retriesDenied, tags());
        counter("gatehouse.upstream.connect.failures", "connections that failed", counts.connectFailures, tags());
        counter("gatehouse.upstream.ejections", "targets left out for failures", counts.ejections, tags());
        var refused = "gatehouse.upstream.refused";
        var refusals = "requests that were not sent";
        counter(refused, refusals, counts.refusedBusy, tags("code", "upstream_busy"));
        counter(refused, refusals, counts.refusedOpen, tags("code", "upstream_open"));
        counter("gatehouse.upstream.mirrored", "copies of requests that were sent", counts.mirrored, tags());
        counter("gatehouse.upstream.mirror.dropped", "copies that were not sent", counts.mirrorsDropped, tags());
        upstream.config().targets().forEach(target -> register(target.address().name(), counts));
        var breaker = upstream.breaker();
        if (breaker != null) {
            replace("gatehouse.upstream.breaker.open", tags());
            meters.add(Gauge.builder("gatehouse.upstream.breaker.open", breaker, open -> open.isOpen() ? 1 : 0)
                    .description("1 while nothing is sent")
                    .tags(tags())
                    .register(registry));
        }
    }

    private void register(String name, UpstreamCounts counts) {
        gauge("gatehouse.upstream.target.addresses", "addresses of a target", name, endpoint -> true);
        gauge("gatehouse.upstream.target.available", "addresses that requests go to", name, Endpoint::isAvailable);
        gauge("gatehouse.upstream.target.ejected", "addresses left out for failures", name, Endpoint::isEjected);
        for (var result : TargetResult.values()) {
            if (BEGIN_AT_0.contains(result) || counts.requests(name, result) > 0) {
                register(name, result);
            }
        }
        if (upstream.config().health() != null) {
            var checks = "gatehouse.upstream.target.checks";
            var about = "checks of health";
            counter(checks, about, counts.checks(name).passed(), tags("target", name, "result", "passed"));
            counter(checks, about, counts.checks(name).failed(), tags("target", name, "result", "failed"));
        }
    }

    private void register(String target, TargetResult result) {
        if (shown.computeIfAbsent(target, _ -> EnumSet.noneOf(TargetResult.class))
                .add(result)) {
            counter(
                    "gatehouse.upstream.target.requests",
                    "requests by the targets that were asked",
                    upstream.counts(),
                    all -> all.requests(target, result),
                    tags("target", target, "result", result.label()));
        }
    }

    /** From now on those of another upstream of the name stand in place of these. */
    synchronized void giveWay() {
        past = true;
    }

    /** Shows one more way in which requests to a target end; {@link #register} shows those that were known before. */
    synchronized void countedFirst(String target, TargetResult result) {
        if (!past && !meters.isEmpty()) {
            register(target, result);
        }
    }

    private Tags tags(String... more) {
        return Tags.of("upstream", upstream.name()).and(more);
    }

    private void counter(String name, String description, LongAdder adder, Tags tags) {
        counter(name, description, adder, LongAdder::sum, tags);
    }

    private <T> void counter(String name, String description, T of, ToDoubleFunction<T> value, Tags tags) {
        replace(name, tags);
        meters.add(FunctionCounter.builder(name, of, value)
                .description(description)
                .tags(tags)
                .register(registry));
    }

    private void gauge(String name, String description, String target, java.util.function.Predicate<Endpoint> counted) {
        var tags = tags("target", target);
        ToDoubleFunction<Upstream> value = all -> all.endpoints().stream()
                .filter(endpoint -> endpoint.target().name().equals(target))
                .filter(counted)
                .count();
        replace(name, tags);
        meters.add(Gauge.builder(name, upstream, value)
                .description(description)
                .tags(tags)
                .register(registry));
    }

    /** By its id and not by a search, which goes through all meters: there may be thousands of targets. */
    private void replace(String name, Tags tags) {
        registry.removeByPreFilterId(new Meter.Id(name, tags, null, null, Meter.Type.OTHER));
    }

    /** Removes what has not been replaced meanwhile. */
    @Override
    public synchronized void close() {
        past = true;
        Set<Meter> present = Collections.newSetFromMap(new IdentityHashMap<>()); // one of the same name has equal ids
        present.addAll(registry.getMeters());
        meters.stream().filter(present::contains).forEach(registry::remove);
    }
}
