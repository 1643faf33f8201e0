package io.gatehouse.proxy.http.message;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Fuzz target: a chunked body means the same however it is put into packets. */
public final class ChunksFuzz {
    private ChunksFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        var whole = read(data, Math.max(1, data.length));
        for (int step = 1; step <= 3; step++) {
            var pieces = read(data, step);
            if (!whole.equals(pieces)) {
                throw new AssertionError("whole: " + whole + ", in pieces of " + step + ": " + pieces);
            }
        }
    }

    /** The body, and how it ended, where it comes in pieces of {@code step} bytes. */
    private static String read(byte[] data, int step) {
        var head = new RequestHead();
        head.reset();
        head.chunked = true;
        var reader = new BodyReader(512, 10, true);
        reader.begin(head, false);
        var in = Unpooled.wrappedBuffer(data);
        var body = new StringBuilder();
        in.writerIndex(0);
        try {
            while (!reader.isDone() && in.writerIndex() < data.length) {
                in.writerIndex(Math.min(data.length, in.writerIndex() + step));
                for (var piece = reader.next(in); piece != null; piece = reader.next(in)) {
                    body.append(piece.toString(StandardCharsets.ISO_8859_1));
                    piece.release();
                }
            }
            var end = reader.isDone() ? "whole, left " + (data.length - in.readerIndex()) : "incomplete";
            return body + " | " + end + " | " + reader.trailers();
        } catch (MalformedException malformed) {
            return body + " | malformed";
        } finally {
            in.release();
        }
    }
}
