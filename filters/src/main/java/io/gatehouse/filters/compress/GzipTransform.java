package io.gatehouse.filters.compress;

import io.gatehouse.proxy.filter.BodyTransform;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** One body as one gzip member (RFC 1952). */
final class GzipTransform implements BodyTransform {
    /** Deflate, no flags, no time, no extra flags, unknown system. */
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private static final byte[] NOTHING = {};
    private static final int ROOM = 1 << 10;

    private final Deflaters pool;
    private final Deflater deflater;
    private final CRC32 checksum = new CRC32();
    private ByteBufAllocator allocator = UnpooledByteBufAllocator.DEFAULT;
    private long length;
    private boolean begun;
    private boolean held;

    GzipTransform(Deflaters pool, Deflater deflater) {
        this.pool = pool;
        this.deflater = deflater;
    }

    @Override
    public ByteBuf piece(ByteBuf piece) {
        try {
            allocator = piece.alloc();
            return written(Math.max(ROOM, piece.readableBytes() / 2), out -> {
                length += piece.readableBytes();
                held |= piece.isReadable();
                for (var bytes : piece.nioBuffers()) {
                    checksum.update(bytes.duplicate());
                    deflater.setInput(bytes);
                    deflate(out, Deflater.NO_FLUSH);
                }
            });
        } finally {
            deflater.setInput(NOTHING); // it must not look at memory that is given back
            piece.release();
        }
    }

    @Override
    public ByteBuf flush() {
        return written(held ? ROOM : HEADER.length, out -> {
            if (held) {
                held = false;
                deflate(out, Deflater.SYNC_FLUSH);
            }
        });
    }

    @Override
    public ByteBuf end() {
        return written(ROOM, out -> {
            deflater.finish();
            deflate(out, Deflater.NO_FLUSH);
            out.writeIntLE((int) checksum.getValue()).writeIntLE((int) length);
        });
    }

    /** What {@code body} writes, behind the header where it is the first; given back where that fails. */
    private ByteBuf written(int room, Consumer<ByteBuf> body) {
        var out = allocator.ioBuffer(room);
        try {
            if (!begun) {
                begun = true;
                out.writeBytes(HEADER);
            }
            body.accept(out);
            return out;
        } catch (RuntimeException | Error failure) {
            out.release();
            throw failure;
        }
    }

    /** All that the compressor gives for what it was given. */
    private void deflate(ByteBuf out, int flush) {
        while (true) {
            out.ensureWritable(ROOM / 2); // never so little that a flush would be written twice
            var room = out.internalNioBuffer(out.writerIndex(), out.writableBytes());
            int written = deflater.deflate(room, flush);
            out.writerIndex(out.writerIndex() + written);
            if (room.hasRemaining()) {
                return;
            }
        }
    }

    @Override
    public void close() {
        pool.giveBack(deflater);
    }
}
