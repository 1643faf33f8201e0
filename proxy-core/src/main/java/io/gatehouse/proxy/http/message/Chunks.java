package io.gatehouse.proxy.http.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** What stands around the pieces of a chunked body (RFC 9112, 7.1). */
public final class Chunks {
    private static final ByteBuf END = shared("\r\n");
    private static final ByteBuf LAST = shared("0\r\n\r\n");

    private Chunks() {}

    /** Bytes that are written again and again; to be written as {@link ByteBuf#duplicate}, and never released. */
    public static ByteBuf shared(String text) {
        var bytes = text.getBytes(StandardCharsets.US_ASCII);
        return Unpooled.unreleasableBuffer(Unpooled.directBuffer(bytes.length).writeBytes(bytes))
                .asReadOnly();
    }

    /** The line in front of a piece of so many bytes. */
    public static ByteBuf begin(ByteBufAllocator allocator, int bytes) {
        var size = allocator.ioBuffer(12);
        size.writeCharSequence(Integer.toHexString(bytes), StandardCharsets.US_ASCII);
        return size.writeByte('\r').writeByte('\n');
    }

    /** What follows a piece. */
    public static ByteBuf end() {
        return END.duplicate();
    }

    /** What ends the body. */
    public static ByteBuf last() {
        return LAST.duplicate();
    }

    /** What ends a body that fields follow. */
    public static ByteBuf last(HeadWriter writer, ByteBufAllocator allocator, FlatHeaders trailers) {
        writer.lastChunk();
        writer.fields(trailers);
        return writer.end(allocator, 0);
    }
}
