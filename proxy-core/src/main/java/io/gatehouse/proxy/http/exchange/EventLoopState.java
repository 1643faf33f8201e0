package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.SparseLog;
import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.target.Upstream;
import io.gatehouse.proxy.http.target.UpstreamPool;
import io.gatehouse.proxy.http.transport.LoopScratch;
import io.netty.channel.EventLoop;
import io.netty.util.AsciiString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one event loop keeps for its connections: scratch arrays, upstream pools, and one coarse clock that ends what has waited
 * too long, so that no request pays for a timer of its own. Touched on that loop only. Not SPI.
 */
public final class EventLoopState {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoopState.class);
    public static final long TICK_MILLIS = 250;

    public final EventLoop loop;
    public final LoopScratch scratch;
    public final LoopMeters meters;
    private final ConnectionMemory memory;
    private final SparseLog failures = new SparseLog(1, TimeUnit.MINUTES.toNanos(1));
    private final List<ClientChannel> clients = new ArrayList<>();
    private final IdentityHashMap<Upstream, UpstreamPool> pools = new IdentityHashMap<>();
    private @Nullable AsciiString date;
    private long dateSecond;
    private volatile long lastTick = System.nanoTime();

    /**
     * The state of a loop.
     *
     * @param connections what the connections of all loops together may hold
     */
    public EventLoopState(LoopScratch scratch, LoopMeters meters, ConnectionBudget connections) {
        this.loop = scratch.loop;
        this.meters = meters;
        this.memory = new ConnectionMemory(this, connections);
        this.scratch = scratch;
        // with a delay: ticks made up for at once would count as time in which others moved nothing
        loop.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    public void add(ClientChannel client) {
        client.sweepIndex(clients.size());
        clients.add(client);
    }

    public void remove(ClientChannel client) {
        var last = clients.removeLast();
        if (last.sweepIndex() != client.sweepIndex()) {
            clients.set(client.sweepIndex(), last);
            last.sweepIndex(client.sweepIndex());
        }
    }

    /** A connection holds so many bytes more, perhaps for a moment only. */
    public void holds(ClientChannel client, int bytes) {
        client.uptake().wrote(bytes);
        memory.grows(bytes);
    }

    public List<ClientChannel> clients() {
        return clients;
    }

    UpstreamPool pool(Upstream upstream) {
        var pool = pools.get(upstream);
        if (pool == null) {
            pool = new UpstreamPool(scratch, upstream);
            pools.put(upstream, pool);
        }
        return pool;
    }

    /** Whether this loop has done nothing for longer than {@code nanos}. Safe from any thread. */
    public boolean isStalled(long nanos) {
        return loop.isShuttingDown() || System.nanoTime() - lastTick > nanos;
    }

    /** Ends every connection of this loop, whatever it is doing. */
    public void closeAll() {
        List.copyOf(clients).forEach(ClientChannel::abort);
        pools.values().forEach(UpstreamPool::closeIdle);
    }

    /** Whatever fails: a task that throws is never run again, and with it every time-out of this loop would be gone. */
    private void tick() {
        try {
            turn();
        } catch (Throwable failure) {
            failed("the clock of an event loop failed", failure);
        }
    }

    /** Whoever counts what fails for want of memory hears of that. */
    private void failed(String what, Throwable failure) {
        if (failure instanceof OutOfMemoryError) {
            scratch.unexpected.accept(failure);
        } else {
            failures.write(more -> LOG.error("{}{}", what, more, failure));
        }
    }

    private void turn() {
        long now = System.nanoTime();
        lastTick = now;
        for (int i = clients.size() - 1; i >= 0; i--) {
            if (i < clients.size()) {
                tick(clients.get(i), now);
            }
        }
        memory.tick();
        pools.values().removeIf(pool -> tick(pool, now));
        meters.tick();
    }

    /** One connection that fails must not stop the clock of all. */
    private void tick(ClientChannel client, long now) {
        try {
            client.onTick(now);
        } catch (RuntimeException | OutOfMemoryError failure) {
            failed("a connection failed on its clock and is ended", failure);
            client.abort();
        }
    }

    /** Nor must an upstream. Answers whether the pool is of no more use. */
    private boolean tick(UpstreamPool pool, long now) {
        try {
            return pool.onTick(now, TICK_MILLIS / 1000.0);
        } catch (RuntimeException | OutOfMemoryError failure) {
            failed("the connections to an upstream failed on their clock", failure);
            return false;
        }
    }

    /** The value of {@code Date} for answers that the gateway gives by itself. */
    AsciiString date() {
        long second = System.currentTimeMillis() / 1000;
        var known = date;
        if (known == null || second != dateSecond) {
            dateSecond = second;
            known = new AsciiString(FlatHeaders.DATE.format(Instant.ofEpochSecond(second)));
            date = known;
        }
        return known;
    }
}
