package io.gatehouse.proxy.http.target;

import io.gatehouse.proxy.UpstreamConfig.Protocol;
import io.gatehouse.proxy.http.transport.Connector;
import io.gatehouse.proxy.http.transport.LoopScratch;
import io.gatehouse.proxy.upstream.Balancer;
import io.gatehouse.proxy.upstream.Endpoint;
import io.netty.channel.Channel;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one event loop to one address. One that speaks HTTP/1.1 is taken by a request at a time, the one used last
 * first, so that the others can age out; one that speaks HTTP/2 is shared. Not SPI.
 */
public final class TargetPool implements Balancer.Candidate {
    private static final Logger LOG = LoggerFactory.getLogger(TargetPool.class);
    /** How many may wait for one connection, however few there may be. */
    private static final int WAITING = 100;

    private static final long LOG_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final LoopScratch loop;
    private final Upstream upstream;
    private final Endpoint endpoint;
    private final Deque<UpstreamConnection> idle = new ArrayDeque<>();
    private final List<Http2TargetConnection> shared = new ArrayList<>();
    /** Who waits for a connection that is expected to be shared, behind the one who opened it. */
    private final Deque<Waiter> waiting = new ArrayDeque<>();
    /** Whether connections are expected to speak HTTP/2. */
    private boolean sharing;

    /** As long as the list of targets stays: a choice looks at it more than once. */
    private int weight;

    private int open;
    private int connecting;
    private int inFlight;
    private boolean leaving;
    private final boolean silent;
    private final TargetCounts counts;
    private long loggedAt = System.nanoTime() - LOG_EVERY_NANOS;

    TargetPool(LoopScratch loop, Upstream upstream, Endpoint endpoint) {
        this(loop, upstream, endpoint, false);
    }

    private TargetPool(LoopScratch loop, Upstream upstream, Endpoint endpoint, boolean silent) {
        this.loop = loop;
        this.upstream = upstream;
        this.endpoint = endpoint;
        this.weight = endpoint.weight();
        this.silent = silent;
        this.counts = upstream.counts().ofTarget(endpoint.target().name(), loop);
        this.sharing = upstream.speaks(endpoint.target()) != Protocol.HTTP1;
    }

    /** For a connection whose failure somebody else tells of. */
    static TargetPool silent(LoopScratch loop, Upstream upstream, Endpoint endpoint) {
        return new TargetPool(loop, upstream, endpoint, true);
    }

    /** A request that this target was asked last for has ended. */
    public void count(TargetResult result) {
        if (counts.add(result)) {
            upstream.countedFirst(endpoint.target().name(), result);
        }
    }

    /** A request that this target was asked for goes out once more: what was not begun with, or met an idle connection's end, did not fail. */
    public void countRetried(UpstreamCounts.Retry why) {
        switch (why) {
            case CONNECT_FAILURE, RESET -> count(TargetResult.FAILED);
            case STALE, REFUSED -> {}
        }
    }

    boolean isOf(Endpoint other) {
        return endpoint.equals(other);
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    Upstream upstream() {
        return upstream;
    }

    LoopScratch loop() {
        return loop;
    }

    @Override
    public int weight() {
        return weight;
    }

    /** The list of targets is another one now. */
    void refreshWeight() {
        weight = endpoint.weight();
    }

    @Override
    public int inFlight() {
        return inFlight + connecting + waiting.size();
    }

    @Override
    public boolean isAvailable() {
        return endpoint.isAvailable();
    }

    // ---- taking and giving back

    /** Finds or opens a connection for {@code waiter}. */
    public void acquire(Connector connector, Waiter waiter) {
        var kept = poll();
        if (kept != null) {
            connected(waiter, kept, true);
            return;
        }
        var roomy = roomy();
        if (roomy != null) {
            // never as reused: a goodbye or a refusal tells what the target has not begun, a reset may come of what it
            // did
            connected(waiter, roomy.newStream(), false);
        } else if (sharing && connecting > 0) {
            if (waiting.size() >= Math.max(WAITING, upstream.connections().max())) {
                waiter.busy();
            } else {
                waiting.add(waiter);
            }
        } else {
            connect(connector, waiter);
        }
    }

    /** One that fails with what it was given must hold up no other that waits. */
    private static void connected(Waiter waiter, TargetStream stream, boolean reused) {
        try {
            waiter.connected(stream, reused);
        } catch (Throwable failure) {
            stream.close();
            waiter.gatewayFailed(failure);
        }
    }

    private @Nullable UpstreamConnection poll() {
        while (true) {
            var connection = idle.pollFirst();
            if (connection == null || connection.isUsable()) {
                return connection;
            }
        }
    }

    private @Nullable Http2TargetConnection roomy() {
        for (int i = 0; i < shared.size(); i++) {
            if (shared.get(i).hasRoom()) {
                return shared.get(i);
            }
        }
        return null;
    }

    /** A request has been taken up. */
    void began() {
        inFlight++;
    }

    /** A request is over, however it ended. */
    void ended() {
        inFlight--;
    }

    /** Takes a connection back whose request and answer have both ended. */
    void release(UpstreamConnection connection) {
        if (isLeaving() || idle.size() >= upstream.connections().idle()) {
            connection.close();
        } else {
            connection.idleSince = System.nanoTime();
            idle.addFirst(connection);
        }
    }

    void forget(UpstreamConnection connection) {
        idle.remove(connection);
    }

    /** Takes no new requests on a shared connection. */
    void forget(Http2TargetConnection connection) {
        shared.remove(connection);
    }

    boolean isLeaving() {
        return leaving || upstream.isClosed();
    }

    // ---- opening

    /** Opens a connection for {@code waiter}. */
    void connect(Connector connector, Waiter waiter) {
        if (open >= upstream.connections().max()) {
            waiter.busy();
            return;
        }
        connecting++;
        var tls = endpoint.target().secure() ? upstream.tls() : null;
        Opening.begin(connector, loop.loop, endpoint, tls, upstream.connectTimeout(), new Opening.End() {
            @Override
            public void began(Channel channel) {
                count(channel);
            }

            @Override
            public void opened(Channel channel, @Nullable SslHandler spoken) {
                negotiated(connector, channel, spoken, waiter);
            }

            @Override
            public void failed(Throwable cause) {
                TargetPool.this.failed(cause, waiter);
            }
        });
    }

    /** What is kept until a connection closes must know nothing of the request that it was opened for. */
    private void count(Channel channel) {
        open++;
        channel.closeFuture().addListener(closed -> open--);
    }

    private void negotiated(Connector connector, Channel channel, @Nullable SslHandler tls, Waiter waiter) {
        var wanted = upstream.speaks(endpoint.target());
        boolean http2 = tls == null
                ? wanted != Protocol.HTTP1
                : ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol());
        if (!http2 && wanted == Protocol.HTTP2) {
            channel.close();
            failed(new IOException("the target does not offer HTTP/2"), waiter);
        } else {
            ready(connector, channel, http2, waiter);
        }
    }

    private void ready(Connector connector, Channel channel, boolean http2, Waiter waiter) {
        connecting--;
        sharing = http2;
        if (http2) {
            var connection = Http2TargetConnection.on(channel, this);
            shared.add(connection);
            if (!waiter.isGone()) {
                connected(waiter, connection.newStream(), false);
            }
        } else {
            var connection = new UpstreamConnection(this);
            channel.pipeline().addLast(connection);
            if (waiter.isGone()) {
                release(connection);
            } else {
                connected(waiter, connection, false);
            }
        }
        serveWaiting(connector);
        if (isLeaving()) {
            closeIdle(); // nobody looks after it any more
        }
    }

    private void serveWaiting(Connector connector) {
        for (int left = waiting.size(); left > 0; left--) {
            var next = waiting.poll();
            if (next != null && !next.isGone()) {
                acquire(connector, next);
            }
        }
    }

    private void failed(Throwable cause, Waiter waiter) {
        connecting--;
        var others = List.copyOf(waiting); // first, since one that fails may ask again at once
        waiting.clear();
        if (!Blame.isTargetsAddress(cause)) {
            loop.unexpected.accept(cause);
            var failure = new IllegalStateException("the gateway could not open a connection", cause);
            tell(waiter, failure);
            others.forEach(other -> tell(other, failure));
            return;
        }
        log(cause);
        boolean told = tell(waiter, cause, false);
        for (var other : others) {
            told = tell(other, cause, told);
        }
    }

    /** One attempt is one failure, however many hoped for its connection: the first who still does accounts for it. */
    private static boolean tell(Waiter waiter, Throwable cause, boolean told) {
        if (waiter.isGone()) {
            return told;
        }
        try {
            waiter.notConnected(cause, !told);
        } catch (Throwable failure) {
            waiter.gatewayFailed(failure);
        }
        return true;
    }

    private static void tell(Waiter waiter, Throwable failure) {
        if (!waiter.isGone()) {
            waiter.gatewayFailed(failure);
        }
    }

    private void log(Throwable cause) {
        long now = System.nanoTime();
        if (!silent && now - loggedAt > LOG_EVERY_NANOS) {
            loggedAt = now;
            LOG.warn("upstream `{}`: no connection to {}: {}", upstream.name(), endpoint, cause.toString());
        }
    }

    // ---- ends

    void closeIdle() {
        while (!idle.isEmpty()) {
            idle.pollLast().close();
        }
        List.copyOf(shared).forEach(Http2TargetConnection::leave);
    }

    /** The address is no target any more: requests in flight end in their time. */
    void leave() {
        leaving = true;
        closeIdle();
    }

    boolean isEmpty() {
        return open == 0;
    }

    void onTick(long now) {
        long limit = upstream.idleTimeout().toNanos();
        boolean gone = isLeaving();
        while (!idle.isEmpty() && (gone || now - idle.peekLast().idleSince > limit)) {
            idle.pollLast().close();
        }
        for (int i = shared.size() - 1; i >= 0; i--) {
            var connection = shared.get(i);
            if (gone || connection.isIdleSince(now - limit)) {
                connection.leave();
            }
        }
    }
}
