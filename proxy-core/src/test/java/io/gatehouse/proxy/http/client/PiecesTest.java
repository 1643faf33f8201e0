package io.gatehouse.proxy.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

final class PiecesTest {
    @Test
    void aFewBytesHoldNoLargeBuffer() {
        var read = UnpooledByteBufAllocator.DEFAULT.buffer(65_536).writeZero(65_536);
        var small = Pieces.own(read.readRetainedSlice(5));
        assertThat(read.refCnt()).isOne();
        assertThat(small.readableBytes()).isEqualTo(5);
        assertThat(small.capacity()).isLessThan(1024);

        var large = Pieces.own(read.readRetainedSlice(16_384));
        assertThat(read.refCnt()).as("a large piece is passed on as it is").isEqualTo(2);

        var waiting = Pieces.stalled(read.readRetainedSlice(8_192));
        assertThat(waiting.capacity()).isLessThan(16_384);
        assertThat(read.refCnt())
                .as("what nobody takes holds no more than it is")
                .isEqualTo(2);

        small.release();
        large.release();
        waiting.release();
        read.release();
    }
}
