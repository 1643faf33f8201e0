package io.gatehouse.proxy.http.transport;

import io.gatehouse.proxy.http.message.HeadWriter;
import io.netty.channel.EventLoop;

/** One event loop, and what it lends to its connections for the length of one call. Touched on that loop only. Not SPI. */
public final class LoopScratch {
    public final EventLoop loop;
    public final byte[] parser;
    public final HeadWriter writer = new HeadWriter();

    public LoopScratch(EventLoop loop, int largestHead) {
        this.loop = loop;
        this.parser = new byte[largestHead + 64];
    }
}
