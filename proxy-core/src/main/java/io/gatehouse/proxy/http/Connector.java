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
    private final Transport loops;
    private final DnsAddressResolverGroup resolver;

    Connector(Transport loops) {
        this.loops = loops;
        var anyLoop = loops.onClient(LoopResources.DEFAULT_NATIVE).next();
        this.resolver = new DnsAddressResolverGroup(new DnsNameResolverBuilder()
                .datagramChannelFactory(() -> loops.onChannel(DatagramChannel.class, anyLoop)));
    }

    Bootstrap bootstrap(EventLoop loop) {
        var bootstrap = new Bootstrap()
                .group(loop)
                .channelFactory(() -> loops.onChannel(SocketChannel.class, loop))
                .resolver(resolver);
        loops.connectionOptions().forEach((option, value) -> set(bootstrap, option, value));
        return bootstrap;
    }

    @SuppressWarnings("unchecked") // the transport pairs each option with a value of its type
    private static <T> void set(Bootstrap bootstrap, ChannelOption<T> option, Object value) {
        bootstrap.option(option, (T) value);
    }

    @Override
    public void close() {
        resolver.close();
    }
}
