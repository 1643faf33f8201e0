package io.gatehouse.proxy.http.target;

import io.gatehouse.proxy.http.TestPlane;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A target that speaks HTTP/2 without TLS, frame by frame, and keeps what it was sent. */
public final class FrameTarget implements AutoCloseable {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    public final Http2Settings settings = Http2Settings.defaultSettings();
    public final List<Http2Headers> heads = new CopyOnWriteArrayList<>();
    final List<String> trailers = new CopyOnWriteArrayList<>();
    final List<Long> resets = new CopyOnWriteArrayList<>();
    /** What it does with the next requests, and with those after them. */
    final Queue<Answer> next = new ConcurrentLinkedQueue<>();

    final AtomicInteger connections = new AtomicInteger();
    /** Connections that the gateway has closed. */
    final AtomicInteger left = new AtomicInteger();

    final AtomicInteger received = new AtomicInteger();
    final AtomicInteger ended = new AtomicInteger();
    public volatile Answer otherwise = FrameTarget::hello;
    volatile boolean takesBodies = true;
    private @Nullable Channel server;

    /** What a target does once a request's head has come. */
    public interface Answer {
        void to(ChannelHandlerContext ctx, Http2FrameStream stream, boolean last);
    }

    public static Http2HeadersFrame head(String status, boolean last, Http2FrameStream stream) {
        return new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status(status), last).stream(stream);
    }

    public static Http2DataFrame data(String text, boolean last, Http2FrameStream stream) {
        return new DefaultHttp2DataFrame(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8), last).stream(stream);
    }

    static void hello(ChannelHandlerContext ctx, Http2FrameStream stream, boolean last) {
        ctx.write(head("200", false, stream));
        ctx.writeAndFlush(data("hello", true, stream));
    }

    /** Begins to serve; answers its address. */
    public String start() {
        var bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.incrementAndGet();
                        channel.pipeline()
                                .addLast(Http2FrameCodecBuilder.forServer()
                                        .initialSettings(settings)
                                        .validateHeaders(false)
                                        .build())
                                .addLast(new Frames());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
        server = bound;
        return "h2c://127.0.0.1:" + ((InetSocketAddress) bound.localAddress()).getPort();
    }

    /** A plane in front of it; {@code more}: settings of the upstream, from a comma on. */
    public TestPlane plane(String more) {
        return TestUpstreams.plane("{ targets: [%s] %s }".formatted(start(), more));
    }

    TestPlane plane() {
        return plane("");
    }

    void closeServer() {
        if (server != null) {
            server.close().syncUninterruptibly();
        }
    }

    @Override
    public void close() {
        closeServer();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private final class Frames extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2HeadersFrame frame) {
                if (frame.headers().method() == null) {
                    frame.headers().forEach(field -> trailers.add(field.getKey() + "=" + field.getValue()));
                } else {
                    heads.add(frame.headers());
                    var answer = next.poll();
                    (answer == null ? otherwise : answer).to(ctx, frame.stream(), frame.isEndStream());
                }
            } else if (message instanceof Http2DataFrame frame) {
                received.addAndGet(frame.content().readableBytes());
                ended.addAndGet(frame.isEndStream() ? 1 : 0);
                if (takesBodies) {
                    ctx.writeAndFlush(new DefaultHttp2WindowUpdateFrame(frame.initialFlowControlledBytes())
                            .stream(frame.stream()));
                }
            } else if (message instanceof Http2ResetFrame frame) {
                resets.add(frame.errorCode());
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            left.incrementAndGet();
            ctx.fireChannelInactive();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
