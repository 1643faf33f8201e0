package io.gatehouse.benchmarks.soak;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * A target that speaks HTTP/2 without TLS and does what the path says, good or bad. Each connection is given up in good order after
 * some requests, while others are on it: nobody may notice.
 */
final class Http2Origin implements AutoCloseable {
    private static final int MAX_STREAMS = 20;
    private static final int STREAMS_BEFORE_LEAVING = 150;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel server;

    Http2Origin(Tally tally) {
        this.server = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        begin(connection, tally);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    private static void begin(Channel connection, Tally tally) {
        tally.count("h2 origin: connections");
        var settings = Http2Settings.defaultSettings()
                .maxConcurrentStreams(MAX_STREAMS)
                .connectProtocolEnabled(true);
        var codec = Http2FrameCodecBuilder.forServer()
                .initialSettings(settings)
                .validateHeaders(false) // for answers that are wrong
                .decoderEnforceMaxRstFramesPerWindow(0, 0) // clients that leave are many
                .build();
        connection.pipeline().addLast(codec, new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
            private int streams;

            @Override
            protected void initChannel(Channel stream) {
                stream.pipeline().addLast(new Http2Stream(tally));
                if (++streams == STREAMS_BEFORE_LEAVING) {
                    tally.count("h2 origin: connections given up");
                    connection.writeAndFlush(
                            new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(Integer.MAX_VALUE));
                }
            }

            @Override
            public boolean isSharable() {
                return true; // each stream of one connection
            }
        }));
        connection.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                tally.count("h2 origin: connections cut off");
                ctx.close();
            }
        });
    }

    @Override
    public void close() {
        server.close().syncUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
