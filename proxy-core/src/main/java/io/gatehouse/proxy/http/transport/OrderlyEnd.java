package io.gatehouse.proxy.http.transport;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * Ends what a connection says, and leaves its input open: a connection that is closed while something of the client is unread
 * is reset, and the client may lose the last words (RFC 9112, 9.6). Not SPI.
 */
public final class OrderlyEnd {
    private OrderlyEnd() {}

    /** Says, behind all that is written, that nothing more comes; {@code said} runs when that has been sent. */
    public static void of(ChannelHandlerContext context, @Nullable SslHandler tls, Runnable said) {
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            said.run();
            if (tls != null) {
                tls.closeOutbound().addListener(notified -> shutdownOutput(context.channel()));
            } else {
                shutdownOutput(context.channel());
            }
        });
    }

    /** Ends a connection at once, without TLS's farewell: what was not sent is dropped, and an answer looks as broken as it is. */
    public static void abrupt(ChannelHandlerContext context, @Nullable SslHandler tls) {
        var lowest = tls == null ? context : context.pipeline().context(tls);
        if (lowest != null) {
            lowest.close();
        }
    }

    private static void shutdownOutput(Channel channel) {
        if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
    }
}
