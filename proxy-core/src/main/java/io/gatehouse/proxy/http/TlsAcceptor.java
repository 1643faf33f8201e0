package io.gatehouse.proxy.http;

import io.gatehouse.proxy.tls.ServerTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Shakes hands on a new connection, within a limit, and lets it begin once that has succeeded. */
final class TlsAcceptor extends ChannelInboundHandlerAdapter {
    /** The longest first message of a client; longer ones end the connection. */
    private static final int LARGEST_HELLO = 16 << 10;

    private final Consumer<ChannelHandlerContext> begin;
    private final Consumer<Throwable> failed;
    private final Consumer<Throwable> unexpected;

    private TlsAcceptor(
            Consumer<ChannelHandlerContext> begin, Consumer<Throwable> failed, Consumer<Throwable> unexpected) {
        this.begin = begin;
        this.failed = failed;
        this.unexpected = unexpected;
    }

    /** Puts TLS in front of a connection; {@code begin} adds what speaks over it, {@code failed} hears why it is not to be. */
    static void install(
            Channel channel,
            ServerTls tls,
            Duration handshake,
            Consumer<ChannelHandlerContext> begin,
            Consumer<Throwable> failed,
            Consumer<Throwable> unexpected) {
        channel.pipeline().addLast(new ByName(tls, handshake), new TlsAcceptor(begin, failed, unexpected));
    }

    private static final class ByName extends SniHandler {
        private final long deadline;

        ByName(ServerTls tls, Duration handshake) {
            super(tls.byName(), LARGEST_HELLO, handshake.toMillis());
            this.deadline = System.nanoTime() + handshake.toNanos();
        }

        @Override
        protected SslHandler newSslHandler(SslContext context, ByteBufAllocator allocator) {
            var handler = super.newSslHandler(context, allocator);
            // hello and handshake share one limit
            handler.setHandshakeTimeoutMillis(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
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
                    failed.accept(shaken.cause());
                    ctx.close();
                }
            }
        } finally {
            ReferenceCountUtil.release(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        var root = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (!(root instanceof IOException) && !(root instanceof TooLongFrameException)) {
            unexpected.accept(root); // SSLException is an IOException: a handshake that fails is the client's affair
        }
        ctx.close();
    }
}
