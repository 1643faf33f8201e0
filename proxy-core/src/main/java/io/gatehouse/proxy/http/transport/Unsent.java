package io.gatehouse.proxy.http.transport;

import io.netty.channel.Channel;

/** What was written to a channel and is not with the kernel. Not SPI. */
public final class Unsent {
    private Unsent() {}

    /** In bytes; only on the channel's event loop. */
    public static long of(Channel channel) {
        var buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }
}
