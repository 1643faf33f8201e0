package io.gatehouse.proxy.http;

import io.gatehouse.proxy.ListenerConfig;
import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.address.Address;
import io.gatehouse.proxy.address.Networks;
import io.gatehouse.proxy.tls.ServerTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.DisposableServer;
import reactor.netty.NettyPipeline;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpServer;

/** One bound address. The channels that it accepts are ours alone: Reactor Netty's own handler leaves their pipeline. */
final class Listener implements DataPlaneContext {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final int BACKLOG = 1024;

    private final DataPlane plane;
    private final ListenerConfig config;
    private final Networks trusted;
    private final AtomicInteger connections = new AtomicInteger();
    private final Path folder;
    private @Nullable DisposableServer server;
    private volatile @Nullable ServerTls tls;

    /** A listener; relative paths begin in {@code folder}. */
    Listener(DataPlane plane, ListenerConfig config, Path folder) {
        this.plane = plane;
        this.config = config;
        this.folder = folder;
        this.trusted = Networks.parse("trustedForwarders", config.trustedForwarders());
    }

    /**
     * Reads the certificates.
     *
     * @return puts them in place for connections that begin from then on
     * @throws IllegalArgumentException where one cannot be used
     */
    Runnable readCertificates() {
        var wanted = config.tls();
        if (wanted == null) {
            return () -> {};
        }
        try {
            var read = ServerTls.load(wanted, folder, config.protocols());
            return () -> tls = read;
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException("listener `" + config.name() + "`: " + refused.getMessage(), refused);
        }
    }

    InetSocketAddress bind() {
        readCertificates().run();
        var secure = tls;
        if (secure != null) {
            LOG.info("listener `{}`: TLS by {}", config.name(), secure.provider());
        }
        var address = SocketAddresses.parse(config.address());
        try {
            var bound = TcpServer.create()
                    .runOn(plane.transport(), LoopResources.DEFAULT_NATIVE)
                    .bindAddress(() -> address)
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .option(ChannelOption.SO_BACKLOG, BACKLOG)
                    .doOnChannelInit((observer, channel, remote) -> accept(channel))
                    .bindNow();
            server = bound;
            return (InetSocketAddress) bound.address();
        } catch (RuntimeException failure) {
            throw new IllegalStateException(
                    "listener `" + config.name() + "`: cannot listen on `" + config.address() + "`: " + reason(failure),
                    failure);
        }
    }

    private static String reason(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    private void accept(Channel channel) {
        channel.pipeline().remove(NettyPipeline.ReactiveBridge);
        if (connections.incrementAndGet() > config.limits().connections()) {
            connections.decrementAndGet();
            channel.close();
            return;
        }
        plane.connectionBegan();
        channel.closeFuture().addListener(closed -> connectionEnded());
        var peer = SocketAddresses.peer(channel.remoteAddress());
        if (config.proxyProtocol()) {
            channel.pipeline()
                    .addLast(new ProxyProtocol(
                            config.limits().headerTimeout(),
                            named -> begin(channel, named == null ? peer : named),
                            plane.meters()::refused));
        } else {
            begin(channel, peer);
        }
        channel.config().setOptions(plane.transport().connectionOptions());
        channel.config().setAutoRead(true);
    }

    private void begin(Channel channel, @Nullable Address peer) {
        var state = plane.stateOf(channel.eventLoop());
        var secure = tls;
        var start = new ClientStart(this, config, state, peer);
        if (secure == null) {
            start.clearText(channel.pipeline());
        } else {
            TlsAcceptor.install(
                    channel,
                    secure,
                    config.limits().headerTimeout(),
                    shaken -> start.secure(shaken.pipeline()),
                    this::unexpected);
        }
    }

    void unbind() {
        var bound = server;
        if (bound != null) {
            bound.channel().close().awaitUninterruptibly();
        }
    }

    @Override
    public Snapshot snapshot() {
        return plane.snapshot();
    }

    @Override
    public Connector connector() {
        return plane.connector();
    }

    @Override
    public RequestMeters meters() {
        return plane.meters();
    }

    @Override
    public ProtocolMeters protocols() {
        return plane.protocols();
    }

    @Override
    public BodyBudget bodies() {
        return plane.bodies();
    }

    @Override
    public Networks trustedForwarders() {
        return trusted;
    }

    @Override
    public boolean isDraining() {
        return plane.isDraining();
    }

    private void connectionEnded() {
        connections.decrementAndGet();
        plane.connectionEnded();
    }

    @Override
    public void unexpected(Throwable failure) {
        plane.unexpected(failure);
    }
}
