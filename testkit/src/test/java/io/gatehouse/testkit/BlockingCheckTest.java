package io.gatehouse.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

class BlockingCheckTest {
    @Test
    void failsATestThatBlocksAnEventLoop() {
        var failures =
                EngineTestKit.engine("junit-jupiter")
                        .selectors(selectClass(Blocks.class))
                        .execute()
                        .testEvents()
                        .failed()
                        .stream()
                        .map(Event::toString)
                        .toList();
        assertThat(failures).singleElement().asString().contains("event loops blocked", "blocks()");
    }

    @ExtendWith(BlockingCheck.class)
    static class Blocks {
        @Test
        void blocks() throws Exception {
            assertThat(onLoop(() -> {
                        Thread.sleep(1);
                        return 1;
                    }))
                    .isEqualTo(1);
        }

        @Test
        void doesNotBlock() throws Exception {
            Thread.sleep(1);
            assertThat(onLoop(() -> 2)).isEqualTo(2);
        }
    }

    private static int onLoop(Callable<Integer> task) throws Exception {
        var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            return loops.submit(task).get();
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
    }
}
