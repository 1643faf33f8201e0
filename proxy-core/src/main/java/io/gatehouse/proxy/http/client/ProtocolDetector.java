package io.gatehouse.proxy.http.client;

import io.gatehouse.proxy.http.exchange.ClientChannel;
import io.gatehouse.proxy.http.exchange.Uptake;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Waits on clear text until a client has shown whether it speaks HTTP/2 (RFC 9113, 3.3), and lets that begin. */
final class ProtocolDetector extends ChannelInboundHandlerAdapter implements ClientChannel {
    private static final ByteBuf PREFACE = Http2CodecUtil.connectionPrefaceBuf();

    private final ClientStart start;
    private final long deadline;
    private final Uptake uptake = new Uptake();
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf seen;
    private int sweepIndex;

    ProtocolDetector(ClientStart start) {
        this.start = start;
        this.deadline =
                System.nanoTime() + start.listener().limits().headerTimeout().toNanos();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        start.state().add(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        start.state().remove(this);
        var rest = seen;
        if (rest != null) {
            seen = null;
            rest.release();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var kept = seen;
        var bytes = (ByteBuf) message;
        var all = kept == null ? bytes : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), kept, bytes);
        seen = all;
        int length = Math.min(all.readableBytes(), PREFACE.readableBytes());
        boolean http2 = true;
        for (int i = 0; http2 && i < length; i++) {
            http2 = all.getByte(all.readerIndex() + i) == PREFACE.getByte(i);
        }
        if (!http2 || length == PREFACE.readableBytes()) {
            seen = null;
            if (http2) {
                start.http2(ctx.pipeline());
            } else {
                start.http1(ctx.pipeline());
            }
            ctx.pipeline().remove(this);
            ctx.fireChannelRead(all);
        }
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ctx.pipeline().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close(); // a client that leaves before it has said anything
    }

    @Override
    public void onTick(long now) {
        if (now - deadline > 0) {
            context().close();
        }
    }

    @Override
    public void drain() {
        context().close();
    }

    @Override
    public void abort() {
        context().close();
    }

    @Override
    public long held() {
        var kept = seen;
        return kept == null ? 0 : kept.capacity();
    }

    @Override
    public Uptake uptake() {
        return uptake;
    }

    @Override
    public int sweepIndex() {
        return sweepIndex;
    }

    @Override
    public void sweepIndex(int index) {
        sweepIndex = index;
    }
}
