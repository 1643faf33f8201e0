package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.filter.Verdict;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A request's body while it is read whole, for a filter that needs it. */
final class BodyBuffer {
    private static final int FIRST_BYTES = 4 << 10;

    private final Sinks.One<Verdict.Settled> whole = Sinks.one();
    private boolean open;
    private boolean complete;
    /** Whether {@link #bytes} is a buffer of our own, into which pieces are copied. */
    private boolean gathering;

    private @Nullable ByteBuf bytes;

    /** Begins to take pieces. */
    void open() {
        open = true;
    }

    /** Whether pieces are taken. */
    boolean isOpen() {
        return open;
    }

    boolean isWhole() {
        return complete;
    }

    /** Completes once the last piece is there. */
    Mono<Verdict.Settled> whole() {
        return whole.asMono();
    }

    /** Takes ownership of the piece. */
    void add(ByteBuf piece, boolean last) {
        var present = bytes;
        if (present == null) {
            bytes = piece;
        } else if (gathering) {
            // grows by doubling: many small pieces cost their bytes and no more
            present.writeBytes(piece);
            piece.release();
        } else {
            gathering = true;
            bytes = piece.alloc()
                    .buffer(Math.max(FIRST_BYTES, 2 * (present.readableBytes() + piece.readableBytes())))
                    .writeBytes(present)
                    .writeBytes(piece);
            present.release();
            piece.release();
        }
        if (last) {
            open = false;
            complete = true;
            whole.tryEmitValue(Verdict.NEXT);
        }
    }

    /** The whole body, once; ownership passes to the caller. */
    @Nullable
    ByteBuf take() {
        var taken = bytes;
        bytes = null;
        return taken;
    }

    void release() {
        open = false;
        var rest = take();
        if (rest != null) {
            rest.release();
        }
    }
}
