package io.gatehouse.proxy.http.client;

import io.netty.buffer.ByteBuf;

/**
 * Pieces of bodies that wait. Each holds the whole buffer that it was read into, so that a peer that sends a few bytes at a time could
 * make the gateway hold a thousand times as many: small ones are copied.
 */
final class Pieces {
    private static final int SMALL = 4 << 10;
    /** Nobody hurries where nothing is taken: then only what nearly fills its buffer is worth keeping as it is. */
    private static final int SMALL_IF_STALLED = 16 << 10;

    private Pieces() {}

    /** A piece of a request for its target. */
    static ByteBuf own(ByteBuf piece) {
        return copied(piece, SMALL);
    }

    /** A piece of an answer for a client that takes nothing at this moment. */
    static ByteBuf stalled(ByteBuf piece) {
        return copied(piece, SMALL_IF_STALLED);
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
