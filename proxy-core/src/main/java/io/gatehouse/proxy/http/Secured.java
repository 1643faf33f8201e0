package io.gatehouse.proxy.http;

import io.gatehouse.proxy.tls.ClientTls;
import io.gatehouse.proxy.upstream.TargetAddress;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/** Begins the pipeline of one connection to a target: with TLS, or with nothing. */
final class Secured extends ChannelInitializer<Channel> {
    private final @Nullable ClientTls tls;
    private final TargetAddress target;
    private @Nullable SslHandler handler;

    Secured(@Nullable ClientTls tls, TargetAddress target) {
        this.tls = tls;
        this.target = target;
    }

    @Override
    protected void initChannel(Channel channel) {
        var settings = tls;
        if (settings != null) {
            var made = settings.handler(channel.alloc(), target.host(), target.port());
            handler = made;
            channel.pipeline().addLast(made);
        }
    }

    /** What shakes hands, or {@code null} where the connection is clear text. */
    @Nullable
    SslHandler handler() {
        return handler;
    }
}
