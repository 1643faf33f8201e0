package io.gatehouse.proxy.http.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The handler on a real ring, where the kernel has one. */
class UringHandlerTest {
    private static final int QUIET_MILLIS = 20;
    private static final int END_MILLIS = 5000;

    /** Netty's handler, and how often it was told that its loop ends. */
    private record Told(IoHandler uring, AtomicInteger ends, AtomicInteger ended) implements IoHandler {
        @Override
        public void initialize() {
            uring.initialize();
        }

        @Override
        public int run(IoHandlerContext context) {
            return uring.run(context);
        }

        @Override
        public void prepareToDestroy() {
            ends.incrementAndGet();
            uring.prepareToDestroy();
        }

        @Override
        public void destroy() {
            ended.incrementAndGet();
            uring.destroy();
        }

        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
            return uring.register(handle);
        }

        @Override
        public void wakeup() {
            uring.wakeup();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> type) {
            return uring.isCompatible(type);
        }
    }

    private final AtomicInteger ends = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    @BeforeEach
    void hasRings() {
        assumeThat(Transport.Kind.IO_URING.isAvailable()).isTrue();
    }

    @Test
    void doesNotTellNettysHandlerThatItsLoopEnds() throws InterruptedException {
        var loop = loop();
        var listening = listen(loop);

        end(loop);

        assertThat(listening.isOpen()).isFalse();
        assertThat(ends.get()).isZero();
        assertThat(ended.get()).isEqualTo(1);
    }

    @Test
    void takesNoChannelWhileItsLoopEnds() throws Exception {
        var loop = loop();
        var late = new CompletableFuture<ChannelFuture>();
        listen(loop).closeFuture().addListener(closed -> late.complete(loop.register(new IoUringSocketChannel())));

        end(loop);

        assertThat(late.get(1, TimeUnit.SECONDS).cause()).isInstanceOf(IllegalStateException.class);
    }

    private MultiThreadIoEventLoopGroup loop() {
        var factory = IoUringIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(
                1, executor -> new UringHandler(new Told(factory.newHandler(executor), ends, ended)));
    }

    private static Channel listen(MultiThreadIoEventLoopGroup loop) throws InterruptedException {
        return new ServerBootstrap()
                .group(loop)
                .channel(IoUringServerSocketChannel.class)
                .childHandler(new ChannelInboundHandlerAdapter())
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
    }

    private static void end(MultiThreadIoEventLoopGroup loop) throws InterruptedException {
        loop.shutdownGracefully(QUIET_MILLIS, END_MILLIS, TimeUnit.MILLISECONDS).sync();
    }
}
