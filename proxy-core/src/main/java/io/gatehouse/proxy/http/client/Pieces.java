package io.gatehouse.proxy.http.client;

import io.netty.buffer.ByteBuf;

/**
 * Pieces of bodies that wait. Each holds the whole buffer that it was read into, of which the rest may be long gone: counted would be
 * the piece, and held many times as much. So what does not nearly fill its buffer is copied before it may have to wait.
 */
final class Pieces {
    /** Small in any buffer; and while less than this waits, little can be held by what does. */
    private static final int SMALL = 4 << 10;
    /** Nobody hurries where nothing is taken: then only what nearly fills the largest buffer is worth keeping as it is. */
    private static final int SMALL_IF_STALLED = 48 << 10;

    private Pieces() {}

    /**
     * A piece of a request for its target, which may stop taking any at any moment.
     *
     * @param buffer the size of what it was read into
     */
    static ByteBuf own(ByteBuf piece, int buffer) {
        return copied(piece, buffer - buffer / 4);
    }

    /**
     * A piece of an answer.
     *
     * @param writable whether its client takes more
     * @param unsent what waits for the client's socket
     */
    static ByteBuf answer(ByteBuf piece, boolean writable, long unsent) {
        if (!writable) {
            return copied(piece, SMALL_IF_STALLED);
        }
        return unsent < SMALL ? piece : copied(piece, SMALL);
    }

    private static ByteBuf copied(ByteBuf piece, int below) {
        if (piece.readableBytes() >= below) {
            return piece;
        }
        try {
            return piece.readBytes(piece.readableBytes());
        } finally {
            piece.release();
        }
    }
}
