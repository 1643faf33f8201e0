package io.gatehouse.filters.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

/** What becomes of memory where compressing fails. */
class GzipTransformTest {
    private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false);

    private long used() {
        return memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory();
    }

    @Test
    void givesBackWhatItWroteToWhenThatFails() {
        var deflater = new Deflater(6, true);
        try (var next = new GzipTransform(new Deflaters(6, 1), new Deflater(6, true))) {
            var transform = new GzipTransform(new Deflaters(6, 1), deflater);
            var chain = next.then(transform);
            var first = memory.buffer().writeBytes("body".getBytes(StandardCharsets.US_ASCII));
            chain.piece(first).release();
            assertThat(used()).isZero();

            deflater.end(); // from here on it throws
            assertThatThrownBy(() ->
                            transform.piece(memory.buffer().writeBytes("more".getBytes(StandardCharsets.US_ASCII))))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(transform::flush).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(transform::end).isInstanceOf(IllegalStateException.class);
            assertThat(used()).isZero();
        }
    }
}
