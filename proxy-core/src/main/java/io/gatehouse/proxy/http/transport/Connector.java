package io.gatehouse.proxy.http.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import reactor.netty.resources.LoopResources;

/**
 * Opens connections to targets on a given event loop, with that loop's own transport. Names are resolved without blocking.
 * Not SPI.
 */
public final class Connector implements AutoCloseable {
    /** How soon a name is asked for again, whatever its server says: at the earliest, and at the latest. */
    public static final int LEAST_TTL_SECONDS = 5;

    private static final int MOST_TTL_SECONDS = 60;
    /** How long a name server may think before it, or another one, is asked again. */
    private static final int QUERY_MILLIS = 2_000;

    private final Transport loops;
    private final DnsAddressResolverGroup resolver;

    public Connector(Transport loops, DnsServerAddressStreamProvider nameServers) {
        this.loops = loops;
        var anyLoop = loops.onClient(LoopResources.DEFAULT_NATIVE).next();
        this.resolver = new DnsAddressResolverGroup(new DnsNameResolverBuilder()
                .datagramChannelFactory(() -> loops.onChannel(DatagramChannel.class, anyLoop))
                .socketChannelFactory(() -> loops.onChannel(SocketChannel.class, anyLoop)) // for answers of some length
                .nameServerProvider(nameServers)
                .queryTimeoutMillis(QUERY_MILLIS)
                .ttl(LEAST_TTL_SECONDS, MOST_TTL_SECONDS));
    }

    /** Opens a connection; {@code handler} begins its pipeline. Sets no limit of time: closing the channel ends the attempt. */
    public ChannelFuture connect(EventLoop loop, SocketAddress address, ChannelHandler handler) {
        var bootstrap = new Bootstrap()
                .group(loop)
                .resolver(resolver)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                .handler(handler);
        if (address instanceof DomainSocketAddress unix) {
            return bootstrap.channelFactory(loops::unixChannel).connect(loops.unixAddress(unix));
        }
        loops.connectionOptions().forEach((option, value) -> set(bootstrap, option, value));
        return bootstrap
                .channelFactory(() -> loops.onChannel(SocketChannel.class, loop))
                .connect(address);
    }

    /**
     * Answers on one event loop all addresses that names have, no fresher than their time to live within bounds. One for all that is
     * asked there, connections included; it ends with the connector.
     */
    public AddressResolver<InetSocketAddress> names(EventLoop loop) {
        return resolver.getResolver(loop);
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
