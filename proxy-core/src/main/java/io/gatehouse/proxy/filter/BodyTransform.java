package io.gatehouse.proxy.filter;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.Supplier;

/**
 * Changes the body of one answer while it passes, without holding it. Called on the exchange's event loop; never blocks. An
 * exception breaks the answer off, so that the client does not take it for a whole one.
 */
public interface BodyTransform extends AutoCloseable {
    /** What comes of the next piece by now, maybe nothing. Takes ownership of the piece, the caller of what is returned. */
    ByteBuf piece(ByteBuf piece);

    /** What must be sent so that the client can read all that came so far: the target pauses here. Empty where nothing is held. */
    ByteBuf flush();

    /** The rest, once, after the last piece. */
    ByteBuf end();

    /** Once, whether the body ended or broke off. */
    @Override
    void close();

    /** This one, and then {@code next} on what comes of it. */
    default BodyTransform then(BodyTransform next) {
        var first = this;
        return new BodyTransform() {
            @Override
            public ByteBuf piece(ByteBuf piece) {
                return next.piece(first.piece(piece));
            }

            @Override
            public ByteBuf flush() {
                return behind(next.piece(first.flush()), next::flush);
            }

            @Override
            public ByteBuf end() {
                return behind(next.piece(first.end()), next::end);
            }

            private static ByteBuf behind(ByteBuf before, Supplier<ByteBuf> rest) {
                try {
                    return Unpooled.wrappedBuffer(before, rest.get());
                } catch (RuntimeException | Error failure) {
                    before.release();
                    throw failure;
                }
            }

            @Override
            public void close() {
                try {
                    first.close();
                } finally {
                    next.close();
                }
            }
        };
    }
}
