package io.gatehouse.proxy.http.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.IoHandler;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The handler on a real ring, where the kernel has one. */
class UringHandlerTest {
    private static final int QUIET_MILLIS = 20;
    private static final int END_MILLIS = 5000;

    /** What Netty's handler was called for, by the names of its methods. */
    private final Queue<String> calls = new ConcurrentLinkedQueue<>();

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
        assertThat(calls).doesNotContain("prepareToDestroy").containsOnlyOnce("destroy");
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
                1, executor -> new UringHandler(recorded(factory.newHandler(executor)), () -> {}));
    }

    private IoHandler recorded(IoHandler uring) {
        return (IoHandler) Proxy.newProxyInstance(
                IoHandler.class.getClassLoader(), new Class<?>[] {IoHandler.class}, (self, method, arguments) -> {
                    calls.add(method.getName());
                    return method.invoke(uring, arguments);
                });
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
