package io.gatehouse.proxy.http.target;

import io.gatehouse.proxy.http.transport.Connector;
import io.gatehouse.proxy.http.transport.LoopScratch;
import io.gatehouse.proxy.upstream.TargetAddress;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import io.netty.resolver.AddressResolver;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after the targets of one upstream, on one event loop: asks for their names again and again, and whether they are well. */
final class UpstreamWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamWatch.class);

    private final Upstream upstream;
    private final EventLoop loop;
    private final UpstreamMeters meters;
    private final @Nullable AddressResolver<InetSocketAddress> names;
    private final @Nullable HealthChecks checks;
    /** Targets, by their place, whose names are not found for now. */
    private final BitSet unknown = new BitSet();

    private UpstreamWatch(Upstream upstream, LoopScratch loop, MeterRegistry registry, Connector connector) {
        this.upstream = upstream;
        this.loop = loop.loop;
        this.meters = new UpstreamMeters(registry, upstream);
        boolean named = upstream.endpoints().stream()
                .anyMatch(endpoint -> endpoint.target().isNamed());
        this.names = named ? connector.names(loop.loop) : null;
        var health = upstream.config().health();
        this.checks = health == null ? null : new HealthChecks(loop, upstream, health, connector);
    }

    static UpstreamWatch start(Upstream upstream, LoopScratch loop, MeterRegistry registry, Connector connector) {
        var watch = new UpstreamWatch(upstream, loop, registry, connector);
        watch.loop.execute(watch::begin);
        return watch;
    }

    void show() {
        meters.register();
    }

    void giveWay() {
        meters.giveWay();
    }

    void countedFirst(String target, TargetResult result) {
        meters.countedFirst(target, result);
    }

    private void begin() {
        resolve();
        if (checks != null) {
            checks.round();
        }
    }

    // ---- names

    /** Asks for every name; the resolver answers from memory until a time to live is over. */
    private void resolve() {
        var resolver = names;
        if (resolver == null || upstream.isClosed()) {
            return;
        }
        var targets = upstream.config().targets();
        for (int i = 0; i < targets.size(); i++) {
            int index = i;
            var target = targets.get(i).address();
            if (target.isNamed()) {
                resolver.resolveAll(target.address()).addListener((Future<List<InetSocketAddress>> done) -> {
                    if (upstream.isClosed()) {
                        return;
                    }
                    if (done.isSuccess()) {
                        unknown.clear(index);
                        resolved(index, target, done.getNow());
                    } else if (!unknown.get(index)) {
                        unknown.set(index); // once, until it is found again
                        LOG.warn(
                                "upstream `{}`: `{}` is not found, what was known stays: {}",
                                upstream.name(),
                                target.host(),
                                done.cause().getMessage());
                    }
                });
            }
        }
        loop.schedule(this::resolve, Connector.LEAST_TTL_SECONDS, TimeUnit.SECONDS);
    }

    private void resolved(int index, TargetAddress target, List<InetSocketAddress> found) {
        var addresses = found.stream().map(InetSocketAddress::getAddress).collect(Collectors.toSet());
        if (upstream.addresses().resolved(index, addresses)) {
            LOG.info("upstream `{}`: `{}` is at {}", upstream.name(), target.host(), addresses);
        }
    }

    @Override
    public void close() {
        meters.close();
    }
}
