package io.gatehouse.proxy.http.target;

import io.gatehouse.proxy.tls.ClientTls;
import io.gatehouse.proxy.upstream.TargetAddress;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
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
            channel.pipeline().addLast(made).addLast(new Failures());
        }
    }

    /** Hands the pipeline over, once hands are shaken. */
    void done(Channel channel) {
        if (handler != null) {
            channel.pipeline().remove(Failures.class);
        }
    }

    /** Whoever waits for the handshake is told what went wrong; nobody else needs to be. */
    private static final class Failures extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    /** What shakes hands, or {@code null} where the connection is clear text. */
    @Nullable
    SslHandler handler() {
        return handler;
    }
}
