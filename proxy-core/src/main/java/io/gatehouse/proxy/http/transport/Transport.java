package io.gatehouse.proxy.http.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * The event loops of the gateway and the way in which they talk to the kernel: io_uring where the kernel allows it, else epoll,
 * else NIO. {@code GATEHOUSE_TRANSPORT} (io_uring, epoll, nio) and {@code GATEHOUSE_LOOPS} override the choice. Not SPI.
 */
public final class Transport implements LoopResources {
    private static final long WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final short RECEIVE_BUFFERS = 1;
    private static final short RING_BUFFERS = 128;
    private static final int RING_BUFFER_BYTES = 8 << 10;

    static {
        // Netty asks for this once, when io_uring is first looked for: whoever starts the JVM says it as well. See
        // usesRings.
        System.setProperty("io.netty.iouring.recvMultiShotEnabled", "false");
    }

    private final Kind kind;
    private final EventLoopGroup loops;
    private final int count;
    private volatile boolean ending;

    private Transport(Kind kind, int count) {
        this.kind = kind;
        this.count = count;
        this.loops = new TaskLoops(count, new DefaultThreadFactory("gatehouse-loop", true), kind.handlers());
    }

    /** How channels are driven. */
    public enum Kind {
        IO_URING,
        EPOLL,
        NIO;

        /** As {@code GATEHOUSE_TRANSPORT} and {@code gatehouse version} write it. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        private IoHandlerFactory handlers() {
            return switch (this) {
                case IO_URING -> UringHandler.factory(uringConfig());
                case EPOLL -> EpollIoHandler.newFactory();
                case NIO -> NioIoHandler.newFactory();
            };
        }

        /** With buffers that the kernel picks as data comes, so that none waits at an idle connection. */
        private static IoUringIoHandlerConfig uringConfig() {
            var config = new IoUringIoHandlerConfig();
            return usesRings()
                    ? config.setBufferRingConfig(IoUringBufferRingConfig.builder()
                            .bufferGroupId(RECEIVE_BUFFERS)
                            .bufferRingSize(RING_BUFFERS)
                            .batchSize(RING_BUFFERS / 4)
                            .allocator(new IoUringFixedBufferRingAllocator(RING_BUFFER_BYTES))
                            .build())
                    : config;
        }

        public boolean isAvailable() {
            return switch (this) {
                case IO_URING -> IoUring.isAvailable();
                case EPOLL -> Epoll.isAvailable();
                case NIO -> true;
            };
        }
    }

    /**
     * The best transport, or the one that the environment asks for.
     *
     * @throws IllegalArgumentException where the environment asks for something unknown or unavailable
     */
    public static Transport fromEnvironment(Map<String, String> environment) {
        return new Transport(kindFrom(environment), loopsFrom(environment.get("GATEHOUSE_LOOPS")));
    }

    /** What {@link #fromEnvironment} would choose. */
    public static Kind kindFrom(Map<String, String> environment) {
        var asked = environment.get("GATEHOUSE_TRANSPORT");
        for (var kind : Kind.values()) {
            if (asked == null ? kind.isAvailable() : kind.wireName().equals(asked)) {
                if (!kind.isAvailable()) {
                    throw new IllegalArgumentException("GATEHOUSE_TRANSPORT: `" + asked + "` is not available here");
                }
                return kind;
            }
        }
        throw new IllegalArgumentException("GATEHOUSE_TRANSPORT: expected io_uring, epoll or nio, got `" + asked + "`");
    }

    private static int loopsFrom(@Nullable String asked) {
        if (asked == null) {
            return Runtime.getRuntime().availableProcessors();
        }
        if (!asked.matches("[1-9]\\d{0,2}")) {
            throw new IllegalArgumentException("GATEHOUSE_LOOPS: expected a number from 1, got `" + asked + "`");
        }
        return Integer.parseInt(asked);
    }

    public Kind kind() {
        return kind;
    }

    /** How many event loops there are. */
    public int count() {
        return count;
    }

    /**
     * Runs {@code action}, once, where an event loop ends that nobody told to: an error went through it, and its connections are served
     * no more. On a thread of its own, and soon: until a loop has closed all that it had open, its future says nothing.
     */
    public void whenLoopFails(Runnable action) {
        Thread.ofPlatform().daemon().name("gatehouse-loop-watch").start(() -> {
            while (!ending) {
                LockSupport.parkNanos(WATCH_NANOS);
                if (!ending && anyEnds()) {
                    action.run();
                    return;
                }
            }
        });
    }

    private boolean anyEnds() {
        for (var loop : loops) {
            if (loop.isShuttingDown()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether reads take their buffers from a ring. Not where a receive goes on by itself: that one does not stop for
     * {@code setAutoRead(false)}, so what a slow client does not take would be read from its target all the same.
     */
    private static boolean usesRings() {
        return IoUring.isRegisterBufferRingSupported() && !IoUring.isRecvMultishotEnabled();
    }

    /** What is set on each connection, taken or made. */
    public Map<ChannelOption<?>, Object> connectionOptions() {
        var options = new HashMap<ChannelOption<?>, Object>();
        options.put(ChannelOption.TCP_NODELAY, true);
        if (kind == Kind.IO_URING && usesRings()) {
            options.put(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, RECEIVE_BUFFERS);
        }
        return options;
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return loops;
    }

    @Override
    public EventLoopGroup onServerSelect(boolean useNative) {
        return loops;
    }

    @Override
    public EventLoopGroup onClient(boolean useNative) {
        return loops;
    }

    @Override
    public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
        return type.cast(
                switch (kind) {
                    case IO_URING ->
                        ServerChannel.class.isAssignableFrom(type)
                                ? new IoUringServerSocketChannel()
                                : isDatagram(type) ? new IoUringDatagramChannel() : new IoUringSocketChannel();
                    case EPOLL ->
                        ServerChannel.class.isAssignableFrom(type)
                                ? new EpollServerSocketChannel()
                                : isDatagram(type) ? new EpollDatagramChannel() : new EpollSocketChannel();
                    case NIO ->
                        ServerChannel.class.isAssignableFrom(type)
                                ? new NioServerSocketChannel()
                                : isDatagram(type) ? new NioDatagramChannel() : new NioSocketChannel();
                });
    }

    /** A channel that is to be connected to a Unix socket. */
    Channel unixChannel() {
        return switch (kind) {
            case IO_URING -> new IoUringDomainSocketChannel();
            case EPOLL -> new EpollDomainSocketChannel();
            case NIO -> new NioDomainSocketChannel();
        };
    }

    /** A channel that is to take connections to a Unix socket. */
    public ServerChannel unixServerChannel() {
        return switch (kind) {
            case IO_URING -> new IoUringServerDomainSocketChannel();
            case EPOLL -> new EpollServerDomainSocketChannel();
            case NIO -> new NioServerDomainSocketChannel();
        };
    }

    /** The address of a Unix socket as the transport names it. */
    public SocketAddress unixAddress(DomainSocketAddress address) {
        return kind == Kind.NIO ? UnixDomainSocketAddress.of(address.path()) : address;
    }

    private static boolean isDatagram(Class<?> type) {
        return DatagramChannel.class.isAssignableFrom(type);
    }

    @Override
    public boolean daemon() {
        return true;
    }

    @Override
    public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
        return Mono.create(sink -> {
            ending = true;
            loops.shutdownGracefully(quietPeriod.toMillis(), timeout.toMillis(), TimeUnit.MILLISECONDS)
                    .addListener(done -> sink.success());
        });
    }
}
