package io.gatehouse.proxy.http.target;

import io.gatehouse.proxy.http.transport.LoopScratch;
import io.gatehouse.proxy.upstream.Balancer;
import io.gatehouse.proxy.upstream.Endpoint;
import io.gatehouse.proxy.upstream.RetryBudget;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The targets of one upstream as one event loop sees them: which is next, and the connections to each. Not SPI. */
public final class UpstreamPool {
    private final LoopScratch loop;
    private final Upstream upstream;
    private final RetryBudget retries;
    private List<Endpoint> known = List.of();
    private List<TargetPool> targets = List.of();
    private Balancer<TargetPool> balancer;
    /** Targets that are no more, until their last request has ended. */
    private final List<TargetPool> leaving = new ArrayList<>();

    /** Copies of requests that are on their way here. */
    public int mirrored;

    public UpstreamPool(LoopScratch loop, Upstream upstream) {
        this.loop = loop;
        this.upstream = upstream;
        this.retries = new RetryBudget(upstream.retry().budget().fraction());
        this.balancer = balancer();
    }

    /** The next target; one of {@code tried} only where there is no other. {@code null} where none takes requests. */
    @Nullable
    @SuppressWarnings("ReferenceEquality") // one list until something changes: nothing is compared for a request
    public TargetPool next(Collection<TargetPool> tried) {
        if (upstream.endpoints() != known) {
            refresh();
        }
        return balancer.next(tried);
    }

    public RetryBudget retries() {
        return retries;
    }

    Upstream upstream() {
        return upstream;
    }

    private Balancer<TargetPool> balancer() {
        return new Balancer<>(upstream.balance(), targets, ThreadLocalRandom.current());
    }

    /** Addresses have changed: what is kept keeps its connections, what is gone gives them up. */
    private void refresh() {
        known = upstream.endpoints();
        var before = targets;
        targets = known.stream().map(endpoint -> poolOf(before, endpoint)).toList();
        targets.forEach(TargetPool::refreshWeight);
        balancer = balancer();
        for (var pool : before) {
            if (!targets.contains(pool)) {
                pool.leave();
                leaving.add(pool);
            }
        }
    }

    private TargetPool poolOf(List<TargetPool> present, Endpoint endpoint) {
        return present.stream()
                .filter(pool -> pool.isOf(endpoint))
                .findFirst()
                .orElseGet(() -> new TargetPool(loop, upstream, endpoint));
    }

    public void closeIdle() {
        targets.forEach(TargetPool::closeIdle);
    }

    /** Ends connections that were idle too long; {@code seconds}: since the tick before. Answers true once the upstream is closed and no connection is left idle. */
    public boolean onTick(long now, double seconds) {
        retries.tick(seconds);
        boolean closed = upstream.isClosed();
        for (var target : targets) {
            target.onTick(now);
        }
        leaving.removeIf(target -> {
            target.onTick(now);
            return target.isEmpty();
        });
        return closed && leaving.isEmpty() && targets.stream().allMatch(TargetPool::isEmpty);
    }
}
