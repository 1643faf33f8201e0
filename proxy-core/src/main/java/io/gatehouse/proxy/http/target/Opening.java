package io.gatehouse.proxy.http.target;

import io.gatehouse.proxy.http.transport.Connector;
import io.gatehouse.proxy.tls.ClientTls;
import io.gatehouse.proxy.upstream.Endpoint;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection on its way to a target: its name is looked up, TCP connects, TLS shakes hands, all of it within one limit. On its event
 * loop.
 */
final class Opening {
    private final Secured secured;
    private final Duration limit;
    private final End end;
    private @Nullable Future<?> deadline;
    private boolean over;

    private Opening(Secured secured, Duration limit, End end) {
        this.secured = secured;
        this.limit = limit;
        this.end = end;
    }

    /** Hears of a connection. */
    interface End {
        /** It has a channel, which closes in the end, whether or not it ever stands. */
        void began(Channel channel);

        /** It stands; {@code tls}: what speaks TLS on it. */
        void opened(Channel channel, @Nullable SslHandler tls);

        /** It will not stand. */
        void failed(Throwable cause);
    }

    /** Begins to open a connection; {@code tls}: what TLS needs, or {@code null} for clear text. */
    static void begin(
            Connector connector, EventLoop loop, Endpoint endpoint, @Nullable ClientTls tls, Duration limit, End end) {
        var opening = new Opening(new Secured(tls, endpoint.target()), limit, end);
        opening.begin(loop, connector.connect(loop, endpoint.address(), opening.secured));
    }

    private void begin(EventLoop loop, ChannelFuture connecting) {
        var channel = connecting.channel();
        var cause = connecting.cause();
        if (cause != null && !channel.isRegistered()) {
            end.failed(cause); // there was not even a socket
            return;
        }
        end.began(channel);
        deadline = loop.schedule(() -> late(channel), limit.toNanos(), TimeUnit.NANOSECONDS);
        connecting.addListener(done -> connected(channel, done.cause()));
    }

    private void late(Channel channel) {
        failed(channel, new ConnectTimeoutException("no connection within " + limit.toMillis() + " ms"));
    }

    /** Where it is too late, a name that was found at last is connected to no more: the channel is closed. */
    private void connected(Channel channel, @Nullable Throwable cause) {
        var tls = secured.handler();
        if (cause != null) {
            failed(channel, cause);
        } else if (tls == null) {
            opened(channel, null);
        } else {
            tls.handshakeFuture().addListener(shaken -> {
                if (shaken.isSuccess()) {
                    opened(channel, tls);
                } else {
                    failed(channel, shaken.cause());
                }
            });
        }
    }

    private void opened(Channel channel, @Nullable SslHandler tls) {
        if (endsNow()) {
            secured.done(channel);
            end.opened(channel, tls);
        }
    }

    private void failed(Channel channel, Throwable cause) {
        if (endsNow()) {
            channel.close();
            end.failed(cause);
        }
    }

    /** Answers whether nothing was told before. */
    private boolean endsNow() {
        if (over) {
            return false;
        }
        over = true;
        if (deadline != null) {
            deadline.cancel(false);
        }
        return true;
    }
}
