package io.gatehouse.proxy.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import reactor.netty.resources.LoopResources;

/** Opens connections to targets on a given event loop, with that loop's own transport. Names are resolved without blocking. */
final class Connector implements AutoCloseable {
    private final LoopResources loops;
    private final DnsAddressResolverGroup resolver;

    Connector(LoopResources loops) {
        this.loops = loops;
        var anyLoop = loops.onClient(LoopResources.DEFAULT_NATIVE).next();
        this.resolver = new DnsAddressResolverGroup(new DnsNameResolverBuilder()
                .datagramChannelFactory(() -> loops.onChannel(DatagramChannel.class, anyLoop)));
    }

    Bootstrap bootstrap(EventLoop loop) {
        return new Bootstrap()
                .group(loop)
                .channelFactory(() -> loops.onChannel(SocketChannel.class, loop))
                .resolver(resolver)
                .option(ChannelOption.TCP_NODELAY, true);
    }

    @Override
    public void close() {
        resolver.close();
    }
}
