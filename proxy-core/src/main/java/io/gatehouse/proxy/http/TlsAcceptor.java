package io.gatehouse.proxy.http;

import io.gatehouse.proxy.tls.ServerTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.function.Consumer;

/** Shakes hands on a new connection, within a limit, and lets it begin once that has succeeded. */
final class TlsAcceptor extends ChannelInboundHandlerAdapter {
    private final Consumer<ChannelHandlerContext> begin;

    private TlsAcceptor(Consumer<ChannelHandlerContext> begin) {
        this.begin = begin;
    }

    /** Puts TLS in front of a connection; {@code begin} adds what speaks over it. */
    static void install(
            io.netty.channel.Channel channel,
            ServerTls tls,
            Duration handshake,
            Consumer<ChannelHandlerContext> begin) {
        channel.pipeline().addLast(new ByName(tls, handshake), new TlsAcceptor(begin));
    }

    private static final class ByName extends SniHandler {
        private final Duration handshake;

        ByName(ServerTls tls, Duration handshake) {
            super(tls.byName(), 0, handshake.toMillis());
            this.handshake = handshake;
        }

        @Override
        protected SslHandler newSslHandler(SslContext context, ByteBufAllocator allocator) {
            var handler = super.newSslHandler(context, allocator);
            handler.setHandshakeTimeoutMillis(handshake.toMillis());
            return handler;
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        try {
            if (event instanceof SslHandshakeCompletionEvent shaken) {
                if (shaken.isSuccess()) {
                    begin.accept(ctx);
                    ctx.pipeline().remove(this);
                } else {
                    ctx.close();
                }
            }
        } finally {
            ReferenceCountUtil.release(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close(); // a handshake that fails is the client's affair; the counter of failed handshakes tells how many
    }
}
