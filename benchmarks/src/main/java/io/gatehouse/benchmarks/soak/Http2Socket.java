package io.gatehouse.benchmarks.soak;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.MessageToMessageCodec;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import java.util.List;

/** A WebSocket on a stream (RFC 8441) that sends back what comes, frame by frame, until a close frame. */
final class Http2Socket extends SimpleChannelInboundHandler<WebSocketFrame> {
    /** What DATA frames hold, as the stream of bytes that it is. */
    private static final class Bytes extends MessageToMessageCodec<Http2DataFrame, ByteBuf> {
        @Override
        protected void decode(ChannelHandlerContext ctx, Http2DataFrame frame, List<Object> out) {
            out.add(frame.content().retain());
            if (frame.isEndStream()) {
                ctx.writeAndFlush(new DefaultHttp2DataFrame(true));
            }
        }

        @Override
        protected void encode(ChannelHandlerContext ctx, ByteBuf bytes, List<Object> out) {
            out.add(new DefaultHttp2DataFrame(bytes.retain(), false));
        }
    }

    /** Goes on where {@code before} stood. */
    static void replace(ChannelHandler before, ChannelHandlerContext ctx) {
        ctx.pipeline()
                .addLast(
                        new Bytes(),
                        new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
                                .expectMaskedFrames(true)
                                .build()),
                        new WebSocket13FrameEncoder(false),
                        new Http2Socket());
        ctx.pipeline().remove(before);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
        boolean last = frame instanceof CloseWebSocketFrame;
        ChannelFuture echoed = ctx.writeAndFlush(frame.retain());
        if (last) {
            echoed.addListener(done -> ctx.writeAndFlush(new DefaultHttp2DataFrame(true)));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
