package io.gatehouse.proxy.http.target;

import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.transport.Connector;
import io.gatehouse.proxy.http.transport.LoopScratch;
import io.gatehouse.proxy.upstream.Endpoint;
import io.gatehouse.proxy.upstream.HealthConfig;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;
import java.util.IdentityHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks every address of an upstream again and again whether it is well, each time on a new connection. On one event loop. */
final class HealthChecks {
    private static final Logger LOG = LoggerFactory.getLogger(HealthChecks.class);
    private static final AsciiString USER_AGENT = AsciiString.cached("user-agent");
    private static final AsciiString AGENT = AsciiString.cached("gatehouse-health");

    private final LoopScratch loop;
    private final Upstream upstream;
    private final HealthConfig config;
    private final Connector connector;
    private final IdentityHashMap<Endpoint, Tally> tallies = new IdentityHashMap<>();

    HealthChecks(LoopScratch loop, Upstream upstream, HealthConfig config, Connector connector) {
        this.loop = loop;
        this.upstream = upstream;
        this.config = config;
        this.connector = connector;
    }

    /** How one address has done of late. */
    private static final class Tally {
        private int passed;
        private int failed;
    }

    /** Asks all, and again after a while. */
    void round() {
        if (upstream.isClosed()) {
            return;
        }
        var endpoints = upstream.endpoints();
        tallies.keySet().removeIf(endpoint -> !endpoints.contains(endpoint));
        endpoints.forEach(this::check);
        // not all gateways at once
        double jitter = 0.9 + ThreadLocalRandom.current().nextDouble(0.2);
        loop.loop.schedule(this::round, (long) (config.interval().toMillis() * jitter), TimeUnit.MILLISECONDS);
    }

    private void check(Endpoint endpoint) {
        var headers = new FlatHeaders();
        headers.append(USER_AGENT, AGENT);
        int mark = config.path().indexOf('?');
        var request = new TargetCall.Request(
                HttpMethod.GET,
                mark < 0 ? config.path() : config.path().substring(0, mark),
                mark < 0 ? null : config.path().substring(mark + 1),
                "",
                headers,
                Unpooled.EMPTY_BUFFER,
                OutgoingRequest.NO_BODY);
        var pool = TargetPool.silent(loop, upstream, endpoint);
        var call = new TargetCall(pool, request, config.timeout(), (status, why) -> {
            if (status != TargetCall.NOTHING_LEARNT) {
                ended(endpoint, config.status().contains(status), why);
            }
            pool.leave();
        });
        call.start(connector);
    }

    /** Says when an address changes; that it is still as it was is for the counters. */
    private void ended(Endpoint endpoint, boolean well, String why) {
        var counts = upstream.counts().checks(endpoint.target().name());
        (well ? counts.passed() : counts.failed()).increment();
        var tally = tallies.computeIfAbsent(endpoint, _ -> new Tally());
        if (well) {
            tally.failed = 0;
            if (++tally.passed >= config.healthy() && !endpoint.passesChecks()) {
                LOG.info("upstream `{}`: {} is well again", upstream.name(), endpoint);
                endpoint.passesChecks(true);
            }
        } else {
            tally.passed = 0;
            if (++tally.failed >= config.unhealthy() && endpoint.passesChecks()) {
                LOG.warn("upstream `{}`: {} fails its checks: {}", upstream.name(), endpoint, why);
                endpoint.passesChecks(false);
            }
        }
    }
}
