package io.gatehouse.proxy.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PiecesTest {
    private final ByteBuf read = UnpooledByteBufAllocator.DEFAULT.buffer(65_536).writeZero(65_536);

    private ByteBuf next(int bytes) {
        return read.readRetainedSlice(bytes);
    }

    @AfterEach
    void giveBack() {
        read.release();
        assertThat(read.refCnt()).isZero();
    }

    @Test
    void whatDoesNotNearlyFillItsBufferHoldsNoLargeOne() {
        for (int bytes : new int[] {5, 5_000, 16_384}) {
            var small = Pieces.own(next(bytes), read.capacity());
            assertThat(read.refCnt()).isOne();
            assertThat(small.readableBytes()).isEqualTo(bytes);
            assertThat(small.capacity()).isLessThan(2 * bytes + 64);
            small.release();
            read.readerIndex(0);
        }
        var large = Pieces.own(next(50_000), read.capacity());
        assertThat(read.refCnt()).as("passed on as it is").isEqualTo(2);
        large.release();
    }

    @Test
    void piecesOfAnswersAreCopiedWhereTheyWait() {
        assertThat(refersTo(Pieces.answer(next(100), true, 0))).isTrue();
        assertThat(refersTo(Pieces.answer(next(8_192), true, 50_000))).isTrue();
        assertThat(refersTo(Pieces.answer(next(100), true, 5_000))).isFalse();
        assertThat(refersTo(Pieces.answer(next(16_384), false, 0))).isFalse();
    }

    private boolean refersTo(ByteBuf piece) {
        boolean refers = read.refCnt() > 1;
        piece.release();
        return refers;
    }
}
