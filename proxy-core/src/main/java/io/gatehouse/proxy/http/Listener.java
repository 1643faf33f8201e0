package io.gatehouse.proxy.http;

import io.gatehouse.proxy.ListenerConfig;
import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.address.Address;
import io.gatehouse.proxy.address.Networks;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.http.client.ClientStart;
import io.gatehouse.proxy.http.exchange.BodyBudget;
import io.gatehouse.proxy.http.exchange.ClientChannel;
import io.gatehouse.proxy.http.exchange.DataPlaneContext;
import io.gatehouse.proxy.http.exchange.ProtocolMeters;
import io.gatehouse.proxy.http.origin.ProxyProtocol;
import io.gatehouse.proxy.http.transport.Connector;
import io.gatehouse.proxy.http.transport.SocketAddresses;
import io.gatehouse.proxy.tls.ServerTls;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.NettyPipeline;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpServer;

/** One bound address. The channels that it accepts are ours alone: Reactor Netty's own handler leaves their pipeline. */
final class Listener implements DataPlaneContext {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final int BACKLOG = 1024;

    private final DataPlane plane;
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger streams = new AtomicInteger();
    private volatile Terms terms;
    private volatile boolean serving;
    private volatile boolean removed;
    private final ListenerMeters meters;
    private final Path folder;
    private volatile @Nullable Channel server;
    /** The file of a Unix socket, as long as it is ours. */
    private volatile @Nullable UnixSocket socket;

    /** What connections are taken by, and keep for as long as they last. Changed as one. */
    private record Terms(
            ListenerConfig config,
            Networks trusted,
            @Nullable ServerTls tls) {
        /** Whether clients are believed and let in as by {@code other}; a renewed certificate makes no difference. */
        boolean trustAs(Terms other) {
            var otherTls = other.tls;
            return config.proxyProtocol() == other.config.proxyProtocol()
                    && config.trustedForwarders().equals(other.config.trustedForwarders())
                    && ((tls == null || otherTls == null) ? tls == otherTls : tls.admitsAs(otherTls));
        }
    }

    /** A listener; relative paths begin in {@code folder}. */
    Listener(DataPlane plane, ListenerConfig config, Path folder) {
        this.plane = plane;
        this.folder = folder;
        this.terms = new Terms(config, trusted(config), null);
        this.meters = new ListenerMeters(plane.registry(), config.name());
    }

    private static Networks trusted(ListenerConfig config) {
        return Networks.parse("trustedForwarders", config.trustedForwarders());
    }

    /**
     * What the files hold.
     *
     * @throws IllegalArgumentException where one cannot be used
     */
    private @Nullable ServerTls certificates(ListenerConfig next) {
        var wanted = next.tls();
        try {
            return wanted == null ? null : ServerTls.load(wanted, folder, next.protocols());
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException("listener `" + next.name() + "`: " + refused.getMessage(), refused);
        }
    }

    /** Whether {@code next} can take this one's place and keep its socket. */
    boolean isKeptBy(ListenerConfig next) {
        var config = terms.config;
        return config.name().equals(next.name()) && config.address().equals(next.address());
    }

    /** Whether it has the socket that {@code next} asks for. */
    boolean isInTheWayOf(ListenerConfig next) {
        var own = terms.config.address();
        var other = next.address();
        if (SocketAddresses.isUnix(own) && SocketAddresses.isUnix(other)) {
            return SocketAddresses.unixPath(own).equals(SocketAddresses.unixPath(other));
        }
        return own.equals(other) && SocketAddresses.parse(own).getPort() != 0;
    }

    /**
     * Makes ready to go on as {@code next} says, with its certificates as they are now.
     *
     * @param drain what requests in flight get where clients are believed or let in by other rules from now on
     * @return puts it in place for connections that begin from then on
     * @throws IllegalArgumentException where a certificate cannot be used
     */
    Runnable change(ListenerConfig next, Duration drain) {
        var changed = new Terms(next, trusted(next), certificates(next));
        return () -> {
            var before = terms;
            terms = changed;
            permit(changed.config);
            if ((before.tls == null) != (changed.tls == null)) {
                meters.close();
                meters.register(changed.tls != null);
            }
            if (!changed.trustAs(before)) {
                end(drain);
            }
        };
    }

    /** Takes the connections that come from now on; those that came since {@link #bind} were closed. */
    void serve() {
        meters.register(terms.tls != null);
        serving = true;
    }

    /** Binds, which is where a fault shows; nothing is served before {@link #serve}. */
    void bind() {
        var config = terms.config;
        var secure = certificates(config);
        terms = new Terms(config, terms.trusted, secure);
        if (secure != null) {
            LOG.info("listener `{}`: TLS by {}", config.name(), secure.provider());
        }
        try {
            if (SocketAddresses.isUnix(config.address())) {
                bindSocket(config);
            } else {
                bindPort(SocketAddresses.parse(config.address()));
            }
        } catch (IOException | RuntimeException failure) {
            throw new CannotListenException(
                    config.name(), "cannot listen on `" + config.address() + "`: " + reason(failure), failure);
        }
    }

    private void bindPort(InetSocketAddress address) {
        server = TcpServer.create()
                .runOn(plane.transport(), LoopResources.DEFAULT_NATIVE)
                .bindAddress(() -> address)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .doOnChannelInit((observer, channel, remote) -> {
                    channel.pipeline().remove(NettyPipeline.ReactiveBridge);
                    accept(channel, plane.transport().connectionOptions());
                })
                .bindNow()
                .channel();
    }

    /** Until {@link #serve} nobody is let in: only then it is known that all who connect may. */
    private void bindSocket(ListenerConfig config) throws IOException {
        var file = new UnixSocket(SocketAddresses.unixPath(config.address()));
        file.makeRoom();
        try {
            bindSocket(file.hide());
            socket = file;
            file.show(config.permissions());
        } catch (IOException refused) {
            unbind();
            file.unhide();
            throw refused;
        }
    }

    private void bindSocket(Path path) throws IOException {
        var transport = plane.transport();
        var binding = new ServerBootstrap()
                .group(transport.onServer(LoopResources.DEFAULT_NATIVE))
                .channelFactory(transport::unixServerChannel)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel, Map.of());
                    }
                })
                .bind(transport.unixAddress(new DomainSocketAddress(path.toFile())))
                .awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new IOException(binding.cause());
        }
        server = binding.channel();
    }

    private void permit(ListenerConfig config) {
        var file = socket;
        if (file != null) {
            try {
                file.permit(config.permissions());
            } catch (IOException refused) {
                LOG.warn("listener `{}`: who may connect cannot be changed: {}", config.name(), refused.toString());
            }
        }
    }

    private static String reason(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof FileSystemException file ? file.toString() : String.valueOf(cause.getMessage());
    }

    private void accept(Channel channel, Map<ChannelOption<?>, Object> options) {
        if (!serving || isDraining() || !meters.opens(terms.config.limits().connections())) {
            channel.close();
            return;
        }
        plane.connectionBegan();
        open.add(channel); // before its terms are read: whoever changes them finds it
        channel.closeFuture().addListener(closed -> connectionEnded(channel));
        if (isDraining()) {
            channel.close(); // whoever ends them all may not have found it
            return;
        }
        var now = terms;
        var peer = SocketAddresses.peer(channel.remoteAddress());
        if (now.config.proxyProtocol()) {
            channel.pipeline()
                    .addLast(new ProxyProtocol(
                            now.config.limits().headerTimeout(),
                            named -> begin(channel, now, named == null ? peer : named),
                            plane.stateOf(channel.eventLoop()).meters::refused));
        } else {
            begin(channel, now, peer);
        }
        channel.config().setOptions(options);
        channel.config().setAutoRead(true);
    }

    private void begin(Channel channel, Terms now, @Nullable Address peer) {
        var state = plane.stateOf(channel.eventLoop());
        var secure = now.tls;
        var config = now.config;
        var start = new ClientStart(this, config, state, peer, now.trusted);
        if (secure == null) {
            start.clearText(channel.pipeline());
        } else {
            TlsAcceptor.install(
                    channel,
                    secure,
                    config.limits().headerTimeout(),
                    shaken -> {
                        meters.shaken();
                        start.secure(shaken.pipeline());
                    },
                    failure -> {
                        meters.unshaken();
                        plane.unshaken(config.name(), peer, failure);
                    },
                    this::unexpected);
        }
    }

    /** Takes no more connections, ends idle ones, and cuts off after {@code limit} what is still in flight. */
    void remove(Duration limit) {
        removed = true;
        unbind();
        meters.close();
        end(limit);
    }

    /** Ends connections that nothing is in flight on at once, those that still shake hands among them, and the others once it is done. */
    void drain() {
        each(List.copyOf(open), ClientChannel::drain);
    }

    /** Ends the connections of now: idle ones at once, and after {@code limit} what is still in flight. */
    private void end(Duration limit) {
        var present = List.copyOf(open);
        each(present, ClientChannel::drain);
        CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> each(present, ClientChannel::abort));
    }

    /** Does {@code what} on each connection's own event loop. One that still shakes hands is closed. */
    private static void each(List<Channel> channels, Consumer<ClientChannel> what) {
        channels.stream()
                .filter(Channel::isOpen)
                .forEach(channel -> channel.eventLoop().execute(() -> each(channel, what)));
    }

    private static void each(Channel channel, Consumer<ClientChannel> what) {
        for (var handler : channel.pipeline()) {
            if (handler.getValue() instanceof ClientChannel client) {
                what.accept(client);
                return;
            }
        }
        channel.close();
    }

    SocketAddress address() {
        return Objects.requireNonNull(server).localAddress();
    }

    /** Where it listens, as the configuration writes it. */
    String text() {
        return address() instanceof InetSocketAddress inet ? SocketAddresses.text(inet) : terms.config.address();
    }

    synchronized void unbind() {
        var bound = server;
        if (bound != null) {
            bound.close().awaitUninterruptibly();
        }
        var file = socket;
        if (file != null) {
            socket = null; // once: another process may listen there from now on
            try {
                file.remove();
            } catch (IOException left) {
                LOG.warn("listener `{}`: `{}` is left behind: {}", name(), terms.config.address(), left.toString());
            }
        }
    }

    String name() {
        return terms.config.name();
    }

    boolean isBound() {
        var bound = server;
        return bound != null && bound.isActive();
    }

    /** When each certificate ends, by file. */
    Map<String, Instant> certificateEnds() {
        var secure = terms.tls;
        Map<String, Instant> ends = new HashMap<>();
        if (secure != null) {
            secure.validity().forEach((file, validity) -> ends.put(file, validity.ends()));
        }
        return ends;
    }

    @Override
    public void withoutRoute(Exchange exchange) {
        plane.withoutRoute(exchange);
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
    public ProtocolMeters protocols() {
        return plane.protocols();
    }

    @Override
    public BodyBudget bodies() {
        return plane.bodies();
    }

    @Override
    public AtomicInteger streams() {
        return streams;
    }

    @Override
    public boolean isDraining() {
        return removed || plane.isDraining();
    }

    private void connectionEnded(Channel channel) {
        open.remove(channel);
        meters.closes();
        plane.connectionEnded();
    }

    @Override
    public void unexpected(Throwable failure) {
        plane.unexpected(failure);
    }
}
