package io.gatehouse.proxy.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The connections of one event loop to one upstream. The one used last is taken first, so that the others can age out. */
final class UpstreamPool {
    private static final int MAX_IDLE = 256;

    private final EventLoopState state;
    private final Upstream upstream;
    private final Deque<UpstreamConnection> idle = new ArrayDeque<>();
    private int turn;

    UpstreamPool(EventLoopState state, Upstream upstream) {
        this.state = state;
        this.upstream = upstream;
    }

    /** Who waits for a connection. */
    interface Waiter {
        /** A connection stands; {@code reused}: the target may have closed it meanwhile without our knowing. */
        void connected(UpstreamConnection connection, boolean reused);

        void notConnected(Throwable cause);

        /** Whether nobody waits any more. */
        boolean isGone();
    }

    /** An idle connection, or {@code null}. */
    @Nullable
    UpstreamConnection poll() {
        while (true) {
            var connection = idle.pollFirst();
            if (connection == null || connection.isUsable()) {
                return connection;
            }
        }
    }

    /** Opens a connection; tries each address once, since nothing has been sent. */
    void connect(Connector connector, Waiter waiter) {
        connect(connector, waiter, 0);
    }

    private void connect(Connector connector, Waiter waiter, int attempt) {
        var addresses = upstream.addresses();
        turn = turn + 1 == addresses.size() ? 0 : turn + 1;
        var address = addresses.get(turn);
        Bootstrap bootstrap = connector
                .bootstrap(state.loop)
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(upstream.connectTimeout().toMillis()))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new UpstreamConnection(UpstreamPool.this, state, address));
                    }
                });
        bootstrap.connect(address.socket()).addListener((ChannelFuture future) -> {
            if (future.isSuccess()) {
                var connection = future.channel().pipeline().get(UpstreamConnection.class);
                if (connection == null || waiter.isGone()) {
                    future.channel().close();
                } else {
                    waiter.connected(connection, false);
                }
            } else if (attempt + 1 < addresses.size() && !waiter.isGone()) {
                connect(connector, waiter, attempt + 1);
            } else {
                waiter.notConnected(future.cause());
            }
        });
    }

    /** Takes a connection back whose request and answer have both ended. */
    void release(UpstreamConnection connection) {
        if (upstream.isClosed() || idle.size() >= MAX_IDLE) {
            connection.close();
        } else {
            connection.idleSince = System.nanoTime();
            idle.addFirst(connection);
        }
    }

    void forget(UpstreamConnection connection) {
        idle.remove(connection);
    }

    void closeIdle() {
        while (!idle.isEmpty()) {
            idle.pollLast().close();
        }
    }

    Upstream upstream() {
        return upstream;
    }

    /** Ends connections that were idle too long. Answers true once the upstream is closed and no connection is left idle. */
    boolean onTick(long now) {
        boolean closed = upstream.isClosed();
        long limit = upstream.idleTimeout().toNanos();
        while (!idle.isEmpty() && (closed || now - idle.peekLast().idleSince > limit)) {
            idle.pollLast().close();
        }
        return closed;
    }
}
