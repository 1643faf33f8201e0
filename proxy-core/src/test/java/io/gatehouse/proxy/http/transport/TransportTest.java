package io.gatehouse.proxy.http.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.testkit.LeakCheck;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(LeakCheck.class)
class TransportTest {
    private static final Duration QUIET = Duration.ofMillis(50);
    private static final Duration END = Duration.ofSeconds(5);

    /** Keeps the channels that it is added to. */
    @Sharable
    private static final class Keeping extends ChannelInboundHandlerAdapter {
        private final Queue<Channel> channels = new ConcurrentLinkedQueue<>();

        @Override
        public void channelActive(ChannelHandlerContext context) {
            channels.add(context.channel());
        }
    }

    @ParameterizedTest
    @MethodSource("io.gatehouse.proxy.http.TestPlane#transports")
    void closesWhatIsOpenWhenItsLoopsEnd(Transport.Kind kind) throws Exception {
        var transport =
                Transport.fromEnvironment(Map.of("GATEHOUSE_LOOPS", "2", "GATEHOUSE_TRANSPORT", kind.wireName()));
        var loops = transport.onServer(true);
        var taken = new Keeping();
        var listening = new ServerBootstrap()
                .group(loops)
                .channelFactory(() -> transport.onChannel(ServerSocketChannel.class, loops))
                .childHandler(taken)
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        var address = (InetSocketAddress) listening.localAddress();
        try (var client = new Socket(address.getAddress(), address.getPort())) {
            await().until(() -> taken.channels.size() == 1);

            transport.disposeLater(QUIET, END).block(END);

            assertThat(listening.isOpen()).isFalse();
            assertThat(taken.channels.remove())
                    .isInstanceOf(SocketChannel.class)
                    .satisfies(channel -> {
                        assertThat(channel.isOpen()).isFalse();
                        assertThat(channel.isRegistered()).isFalse();
                    });
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        try (var next = new ServerSocket()) {
            next.setReuseAddress(true);
            next.bind(address);
            assertThat(next.isBound()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("io.gatehouse.proxy.http.TestPlane#transports")
    void tellsOfALoopThatEndsByItself(Transport.Kind kind) {
        var transport =
                Transport.fromEnvironment(Map.of("GATEHOUSE_LOOPS", "2", "GATEHOUSE_TRANSPORT", kind.wireName()));
        var told = new AtomicInteger();
        transport.whenLoopFails(told::incrementAndGet);

        transport.onServer(true).next().shutdownGracefully(0, 1, TimeUnit.SECONDS);
        await().until(() -> told.get() == 1);

        transport.disposeLater(QUIET, END).block(END);
        assertThat(told).as("what ends in order is no failure").hasValue(1);
    }

    /** Netty's handler for io_uring goes on as long as there is something to do, which on a busy loop is for long. */
    @ParameterizedTest
    @MethodSource("io.gatehouse.proxy.http.TestPlane#transports")
    void tasksHaveTheirTurnOnABusyLoop(Transport.Kind kind) throws Exception {
        var transport =
                Transport.fromEnvironment(Map.of("GATEHOUSE_LOOPS", "1", "GATEHOUSE_TRANSPORT", kind.wireName()));
        var loops = transport.onServer(true);
        var events = new AtomicInteger();
        var longest = new AtomicInteger();
        var waiting = new AtomicBoolean();
        var echo = new EventCounting(events, longest, waiting);
        var listening = new ServerBootstrap()
                .group(loops)
                .channelFactory(() -> transport.onChannel(ServerSocketChannel.class, loops))
                .childHandler(echo)
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        var address = (InetSocketAddress) listening.localAddress();
        var clients = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 24; i++) {
                var client = new Socket(address.getAddress(), address.getPort());
                clients.add(client);
                Thread.ofVirtual().start(() -> EventCounting.converse(client));
            }
            await().until(() -> events.get() > 20_000);
            assertThat(longest.get()).as("reads while a task waited").isLessThan(200);
        } finally {
            for (var client : clients) {
                client.close();
            }
            transport.disposeLater(QUIET, END).block(END);
        }
    }

    /** Gives back what comes, and counts how much of it came while a task waited for its turn. */
    @Sharable
    private static final class EventCounting extends ChannelInboundHandlerAdapter {
        private final AtomicInteger events;
        private final AtomicInteger longest;
        private final AtomicBoolean waiting;
        private int since;

        EventCounting(AtomicInteger events, AtomicInteger longest, AtomicBoolean waiting) {
            this.events = events;
            this.longest = longest;
            this.waiting = waiting;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            events.incrementAndGet();
            longest.accumulateAndGet(++since, Math::max);
            if (waiting.compareAndSet(false, true)) {
                since = 0;
                context.channel().eventLoop().execute(() -> waiting.set(false));
            }
            context.writeAndFlush(message);
        }

        private static void converse(Socket client) {
            try {
                while (true) {
                    client.getOutputStream().write(1);
                    if (client.getInputStream().read() < 0) {
                        return;
                    }
                }
            } catch (IOException closed) {
                // the test is over
            }
        }
    }
}
