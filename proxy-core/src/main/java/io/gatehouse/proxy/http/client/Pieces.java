package io.gatehouse.proxy.http.client;

import io.netty.buffer.ByteBuf;

/** Pieces of bodies as clients send them. */
final class Pieces {
    private static final int SMALL = 4096;

    private Pieces() {}

    /**
     * The piece, or a copy where it is small: a piece that waits for its target holds the whole buffer that it was read into, so that a
     * client that sends a few bytes at a time could hold a thousand times as many.
     */
    static ByteBuf own(ByteBuf piece) {
        if (piece.readableBytes() >= SMALL) {
            return piece;
        }
        try {
            return piece.readBytes(piece.readableBytes());
        } finally {
            piece.release();
        }
    }
}
