package io.gatehouse.proxy.http.client;

import io.gatehouse.proxy.ListenerConfig;
import io.gatehouse.proxy.Protocol;
import io.gatehouse.proxy.address.Address;
import io.gatehouse.proxy.address.Networks;
import io.gatehouse.proxy.http.exchange.DataPlaneContext;
import io.gatehouse.proxy.http.exchange.EventLoopState;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * A connection that has been taken, and does not speak HTTP yet.
 *
 * @param trusted whose word on where a request comes from is taken
 */
public record ClientStart(
        DataPlaneContext plane,
        ListenerConfig listener,
        EventLoopState state,
        @Nullable Address peer,
        Networks trusted) {
    /** Begins on clear text: where both are spoken, the first bytes decide. */
    public void clearText(ChannelPipeline pipeline) {
        if (!listener.speaks(Protocol.HTTP2)) {
            http1(pipeline);
        } else if (!listener.speaks(Protocol.HTTP1)) {
            http2(pipeline);
        } else {
            pipeline.addLast(new ProtocolDetector(this));
        }
    }

    /** Begins behind a handshake, with what it has agreed on; a client that names nothing speaks HTTP/1.1. */
    public void secure(ChannelPipeline pipeline) {
        var tls = pipeline.get(SslHandler.class);
        var agreed = tls == null ? null : tls.applicationProtocol();
        var protocol = Protocol.HTTP2.alpnName().equals(agreed) ? Protocol.HTTP2 : Protocol.HTTP1;
        if (!listener.speaks(protocol)) {
            pipeline.channel().close();
        } else if (protocol == Protocol.HTTP2) {
            http2(pipeline);
        } else {
            http1(pipeline);
        }
    }

    void http1(ChannelPipeline pipeline) {
        plane.protocols().connection(Protocol.HTTP1);
        pipeline.addLast(new ClientConnection(this));
    }

    void http2(ChannelPipeline pipeline) {
        plane.protocols().connection(Protocol.HTTP2);
        pipeline.addLast(Http2ClientConnection.of(this));
    }
}
