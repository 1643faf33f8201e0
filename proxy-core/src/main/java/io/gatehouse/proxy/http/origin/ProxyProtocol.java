package io.gatehouse.proxy.http.origin;

import io.gatehouse.proxy.address.Address;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.http.exchange.Denials;
import io.gatehouse.proxy.http.message.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Waits, within a limit, for the {@link ProxyHeader} of a new connection, which must have one, and lets it begin then. */
public final class ProxyProtocol extends ChannelInboundHandlerAdapter {
    private final Duration limit;
    private final Consumer<@Nullable Address> begin;
    private final Consumer<Denial> refused;
    private @Nullable ByteBuf received;
    private @Nullable Future<?> late;
    private boolean ended;

    /**
     * For one connection.
     *
     * @param begin adds what reads on behind this handler; takes the address of the client, if the header names one
     * @param refused hears of a connection that did not begin as it must
     */
    public ProxyProtocol(Duration limit, Consumer<@Nullable Address> begin, Consumer<Denial> refused) {
        this.limit = limit;
        this.begin = begin;
        this.refused = refused;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        late = ctx.executor().schedule(() -> refuse(ctx), limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var bytes = (ByteBuf) message;
        if (ended) {
            bytes.release();
            return;
        }
        var kept = received;
        var all = kept == null ? bytes : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), kept, bytes);
        received = all;
        try {
            var header = ProxyHeader.read(all);
            if (header != null) {
                passOn(ctx, header, all);
            }
        } catch (MalformedException malformed) {
            refuse(ctx);
        }
    }

    private void passOn(ChannelHandlerContext ctx, ProxyHeader header, ByteBuf rest) {
        received = null;
        begin.accept(header.client());
        if (rest.isReadable()) {
            ctx.fireChannelRead(rest);
        } else {
            rest.release();
        }
        ctx.pipeline().remove(this);
    }

    /** Without an answer: who sends no header, or another one, is not whom this listener is for. */
    private void refuse(ChannelHandlerContext ctx) {
        ended = true;
        refused.accept(Denials.PROXY_HEADER);
        ctx.close();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (late != null) {
            late.cancel(false);
        }
        if (received != null) {
            received.release();
            received = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
