package io.gatehouse.proxy.http;

import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.http.target.TestUpstreams;
import io.gatehouse.proxy.http.transport.Transport;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DefaultDnsResponse;
import io.netty.handler.codec.dns.DnsQuery;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.handler.codec.dns.TcpDnsQueryDecoder;
import io.netty.handler.codec.dns.TcpDnsResponseEncoder;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A name server to which every name has the same addresses. */
final class NameServer implements AutoCloseable {
    private static final int TTL_SECONDS = 1;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel channel;
    private final Channel server;
    final AtomicInteger asked = new AtomicInteger();
    final AtomicInteger askedOverTcp = new AtomicInteger();
    final Set<InetSocketAddress> askers = ConcurrentHashMap.newKeySet();
    volatile List<String> addresses;
    /** How long it thinks. */
    volatile Duration delay = Duration.ZERO;
    /** Whether no answer fits a datagram. */
    volatile boolean truncates;

    NameServer(String... addresses) {
        this.addresses = List.of(addresses);
        channel = new Bootstrap()
                .group(group)
                .channel(NioDatagramChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel made) {
                        made.pipeline().addLast(new DatagramDnsQueryDecoder(), new DatagramDnsResponseEncoder());
                        made.pipeline().addLast(new Datagrams());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
        server = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel made) {
                        made.pipeline().addLast(new TcpDnsQueryDecoder(), new TcpDnsResponseEncoder(), new Streams());
                    }
                })
                .bind(address())
                .syncUninterruptibly()
                .channel();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** A data plane of one event loop that asks a name server at {@code address}. */
    static DataPlane plane(InetSocketAddress address, Snapshot snapshot) {
        var platform = Resources.ofPlatform();
        return new DataPlane(
                Transport.fromEnvironment(Map.of("GATEHOUSE_LOOPS", "1")),
                new SimpleMeterRegistry(),
                List.of(TestUpstreams.listener()),
                Path.of(""),
                snapshot,
                new Resources(
                        platform.bodies(),
                        platform.connections(),
                        new SingletonDnsServerAddressStreamProvider(address)));
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        server.close().syncUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private void answer(DnsQuery query, DnsResponse response, boolean whole) throws UnknownHostException {
        var question = query.<DefaultDnsQuestion>recordAt(DnsSection.QUESTION);
        response.addRecord(DnsSection.QUESTION, question);
        if (question.type().equals(DnsRecordType.A)) {
            asked.incrementAndGet();
            for (var address : whole ? addresses : List.<String>of()) {
                var bytes = InetAddress.getByName(address).getAddress();
                response.addRecord(
                        DnsSection.ANSWER,
                        new DefaultDnsRawRecord(
                                question.name(), DnsRecordType.A, TTL_SECONDS, Unpooled.wrappedBuffer(bytes)));
            }
        }
        response.setTruncated(!whole);
    }

    private final class Datagrams extends SimpleChannelInboundHandler<DatagramDnsQuery> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, DatagramDnsQuery query) throws UnknownHostException {
            askers.add(query.sender());
            var response = new DatagramDnsResponse(
                    /* sender= */ query.recipient(), /* recipient= */ query.sender(), query.id());
            answer(query, response, !truncates);
            if (delay.isZero()) {
                ctx.writeAndFlush(response);
            } else {
                ctx.executor().schedule(() -> ctx.writeAndFlush(response), delay.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private final class Streams extends SimpleChannelInboundHandler<DnsQuery> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, DnsQuery query) throws UnknownHostException {
            askedOverTcp.incrementAndGet();
            var response = new DefaultDnsResponse(query.id());
            answer(query, response, true);
            ctx.writeAndFlush(response);
        }
    }
}
