package io.gatehouse.proxy.http.transport;

import io.gatehouse.proxy.http.message.HeadWriter;
import io.netty.channel.EventLoop;
import java.util.function.Consumer;

/** One event loop, and what it lends to its connections for the length of one call. Touched on that loop only. Not SPI. */
public final class LoopScratch {
    public final EventLoop loop;
    public final byte[] parser;
    public final HeadWriter writer = new HeadWriter();

    /** Is told what failed within the gateway, where it ends no request that could tell. */
    public final Consumer<Throwable> unexpected;

    public LoopScratch(EventLoop loop, int largestHead, Consumer<Throwable> unexpected) {
        this.loop = loop;
        this.unexpected = unexpected;
        this.parser = new byte[largestHead + 64];
    }
}
