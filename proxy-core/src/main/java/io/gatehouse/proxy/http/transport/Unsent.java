package io.gatehouse.proxy.http.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;

/** Counts the pieces that wait for a window or for the socket. Used on one event loop only. Not SPI. */
public final class Unsent {
    private long bytes;

    /** What was written to a channel and is not with the kernel, in bytes. */
    public static long of(Channel channel) {
        var buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /** The bytes of all pieces that are under way. */
    public long bytes() {
        return bytes;
    }

    /** Counts a piece until this is done: it is out, or will never be. */
    public ChannelPromise piece(ChannelHandlerContext context, int length) {
        return length == 0 ? context.newPromise() : new Piece(context, length);
    }

    private final class Piece extends DefaultChannelPromise implements ChannelFutureListener {
        private final int length;

        Piece(ChannelHandlerContext context, int length) {
            super(context.channel(), context.executor());
            this.length = length;
            bytes += length;
            addListener(this);
        }

        @Override
        public void operationComplete(ChannelFuture done) {
            bytes -= length;
        }
    }
}
