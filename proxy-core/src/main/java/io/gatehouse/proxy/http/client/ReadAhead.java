package io.gatehouse.proxy.http.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/** What a client's connection has received and nobody has taken yet. Too much of it stops the reading. */
final class ReadAhead {
    private static final int LIMIT = 64 << 10;

    private @Nullable ByteBuf bytes;

    /** Takes ownership. */
    void add(ChannelHandlerContext ctx, ByteBuf more) {
        var kept = bytes;
        bytes = kept == null ? more : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), kept, more);
    }

    /** What there is to take, or {@code null}. */
    @Nullable
    ByteBuf unread() {
        var present = bytes;
        return present != null && present.isReadable() ? present : null;
    }

    /** Gives back what is used up, drops the rest where nobody will take it, and reads on unless too much waits already. */
    void settle(ChannelHandlerContext ctx, boolean unwanted) {
        var rest = bytes;
        if (rest != null && (unwanted || !rest.isReadable())) {
            release();
        }
        boolean full = bytes != null && bytes.readableBytes() > LIMIT;
        var config = ctx.channel().config();
        if (config.isAutoRead() == full) {
            config.setAutoRead(!full);
        }
    }

    /** Bytes of memory that it takes. */
    int held() {
        var present = bytes;
        return present == null ? 0 : present.capacity();
    }

    void release() {
        var rest = bytes;
        if (rest != null) {
            bytes = null;
            rest.release();
        }
    }
}
