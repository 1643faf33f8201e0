package io.gatehouse.proxy.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

/** Two transforms, one behind the other. */
class BodyTransformTest {
    private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false);

    /** Holds one byte back, and cannot end. */
    private final class Unending implements BodyTransform {
        @Override
        public ByteBuf piece(ByteBuf piece) {
            return piece;
        }

        @Override
        public ByteBuf flush() {
            throw new IllegalStateException("cannot flush");
        }

        @Override
        public ByteBuf end() {
            throw new IllegalStateException("cannot end");
        }

        @Override
        public void close() {
            assertThat(memory.metric().usedHeapMemory()).isZero();
        }
    }

    /** Gives a byte whenever it is asked. */
    private final class Talking implements BodyTransform {
        @Override
        public ByteBuf piece(ByteBuf piece) {
            return piece;
        }

        @Override
        public ByteBuf flush() {
            return memory.heapBuffer().writeByte('f');
        }

        @Override
        public ByteBuf end() {
            return memory.heapBuffer().writeByte('e');
        }

        @Override
        public void close() {
            assertThat(memory.metric().usedHeapMemory()).isZero();
        }
    }

    @Test
    void joinsWhatBothGive() {
        try (var chain = new Talking().then(new Talking())) {
            var end = chain.end();
            assertThat(end.toString(java.nio.charset.StandardCharsets.US_ASCII)).isEqualTo("ee");
            end.release();
            assertThat(chain.piece(Unpooled.EMPTY_BUFFER).isReadable()).isFalse();
        }
    }

    @Test
    void givesBackWhatTheFirstGaveWhereTheSecondFails() {
        try (var chain = new Talking().then(new Unending())) {
            assertThatThrownBy(chain::flush).hasMessage("cannot flush");
            assertThatThrownBy(chain::end).hasMessage("cannot end");
            assertThat(memory.metric().usedHeapMemory()).isZero();
        }
    }
}
