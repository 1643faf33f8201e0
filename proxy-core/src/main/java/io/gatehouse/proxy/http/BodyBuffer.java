package io.gatehouse.proxy.http;

import io.gatehouse.proxy.filter.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A request's body while it is read whole, for a filter that needs it. */
final class BodyBuffer {
    private static final int MAX_COMPONENTS = 1024;

    private final Sinks.One<Verdict.Settled> whole = Sinks.one();
    private boolean open;
    private boolean complete;
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
        } else if (present instanceof CompositeByteBuf composite) {
            composite.addComponent(true, piece);
        } else {
            bytes = piece.alloc()
                    .compositeBuffer(MAX_COMPONENTS)
                    .addComponent(true, present)
                    .addComponent(true, piece);
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
