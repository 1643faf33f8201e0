package io.gatehouse.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

class LeakCheckTest {
    @Test
    void failsAClassThatLosesABuffer() {
        var failures = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(LosesABuffer.class))
                .execute()
                .containerEvents()
                .failed()
                .stream()
                .map(Event::toString)
                .toList();
        assertThat(failures).singleElement().asString().contains("1 leaked", "LosesABuffer");
    }

    @Test
    void passesAClassThatReleases() {
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(ReleasesItsBuffer.class))
                .execute()
                .containerEvents()
                .assertStatistics(stats -> stats.failed(0));
    }

    @ExtendWith(LeakCheck.class)
    static class LosesABuffer {
        @Test
        void loses() {
            assertThat(allocate().refCnt()).isEqualTo(1);
        }
    }

    @ExtendWith(LeakCheck.class)
    static class ReleasesItsBuffer {
        @Test
        void releases() {
            assertThat(allocate().release()).isTrue();
        }
    }

    private static ByteBuf allocate() {
        return PooledByteBufAllocator.DEFAULT.directBuffer(16);
    }
}
