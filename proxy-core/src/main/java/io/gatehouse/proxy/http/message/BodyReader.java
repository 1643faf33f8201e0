package io.gatehouse.proxy.http.message;

import static io.gatehouse.proxy.http.message.MalformedException.badRequest;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a body out of what a connection reads: of a given length, chunked (RFC 9112, 7.1), or up to the end of the
 * connection. Chunk lines end in CR LF; chunk extensions are bounded and dropped, trailers bounded as a head is.
 */
public final class BodyReader {
    private static final int MAX_EXTENSION = 256;
    private static final int MAX_SIZE_DIGITS = 8;

    private enum Part {
        NONE,
        LENGTH,
        UNTIL_CLOSE,
        CHUNK_SIZE,
        CHUNK_DATA,
        CHUNK_END,
        TRAILERS
    }

    private final int trailerLimit;
    private final int countLimit;
    private final boolean ofRequests;
    private Part part = Part.NONE;
    private long left;
    private int trailerBytes;
    private int trailerCount;
    private @Nullable FlatHeaders trailers;

    /**
     * A reader of one connection's bodies.
     *
     * @param trailerLimit bytes of all trailers of a body
     * @param countLimit number of trailers
     * @param ofRequests whether they come from a client
     */
    public BodyReader(int trailerLimit, int countLimit, boolean ofRequests) {
        this.trailerLimit = trailerLimit;
        this.countLimit = countLimit;
        this.ofRequests = ofRequests;
    }

    public void begin(MessageHead head, boolean untilClose) {
        trailerBytes = 0;
        trailerCount = 0;
        trailers = null;
        if (head.chunked) {
            part = Part.CHUNK_SIZE;
        } else if (head.contentLength > 0) {
            part = Part.LENGTH;
            left = head.contentLength;
        } else {
            part = head.contentLength < 0 && untilClose ? Part.UNTIL_CLOSE : Part.NONE;
        }
    }

    public void none() {
        part = Part.NONE;
        trailers = null;
    }

    /** Takes everything up to the connection's end, framed by nothing. */
    public void untilClose() {
        part = Part.UNTIL_CLOSE;
    }

    /** The fields that came behind the body and may be passed on, or {@code null}. */
    public @Nullable FlatHeaders trailers() {
        return trailers;
    }

    /** Whether the body has been read whole. */
    public boolean isDone() {
        return part == Part.NONE;
    }

    /** Whether the end of the connection is the end of the body. */
    public boolean endsWithConnection() {
        return part == Part.UNTIL_CLOSE;
    }

    /** The next piece, to be released by the caller, or {@code null} where more must be read first or the body has ended. */
    @Nullable
    public ByteBuf next(ByteBuf in) {
        while (in.isReadable()) {
            switch (part) {
                case NONE -> {
                    return null;
                }
                case UNTIL_CLOSE -> {
                    return in.readRetainedSlice(in.readableBytes());
                }
                case LENGTH -> {
                    var piece = slice(in);
                    part = left == 0 ? Part.NONE : Part.LENGTH;
                    return piece;
                }
                case CHUNK_DATA -> {
                    var piece = slice(in);
                    part = left == 0 ? Part.CHUNK_END : Part.CHUNK_DATA;
                    return piece;
                }
                case CHUNK_SIZE -> {
                    if (!chunkSize(in)) {
                        return null;
                    }
                }
                case CHUNK_END -> {
                    if (in.readableBytes() < 2) {
                        return null;
                    }
                    if (in.readByte() != '\r' || in.readByte() != '\n') {
                        throw badRequest("a chunk does not end where it says");
                    }
                    part = Part.CHUNK_SIZE;
                }
                case TRAILERS -> {
                    if (!trailer(in)) {
                        return null;
                    }
                }
            }
        }
        return null;
    }

    private ByteBuf slice(ByteBuf in) {
        int length = (int) Math.min(left, in.readableBytes());
        left -= length;
        return in.readRetainedSlice(length);
    }

    private boolean chunkSize(ByteBuf in) {
        int end = lineEnd(in, MAX_SIZE_DIGITS + MAX_EXTENSION, "a chunk's size line is longer than allowed");
        if (end < 0) {
            return false;
        }
        int at = in.readerIndex();
        long size = 0;
        int digits = 0;
        for (; at < end; at++, digits++) {
            int digit = Character.digit(in.getByte(at), 16);
            if (digit < 0) {
                break;
            }
            size = size << 4 | digit;
        }
        boolean extension = at < end && in.getByte(at) == ';';
        if (digits == 0 || digits > MAX_SIZE_DIGITS || (at < end && !extension)) {
            throw badRequest("a chunk's size is no size");
        }
        refuseControls(in, at, end);
        in.readerIndex(end + 2);
        left = size;
        part = size == 0 ? Part.TRAILERS : Part.CHUNK_DATA;
        return true;
    }

    private boolean trailer(ByteBuf in) {
        int end = lineEnd(in, trailerLimit - trailerBytes, "the trailers are larger than allowed");
        if (end < 0) {
            return false;
        }
        int start = in.readerIndex();
        refuseControls(in, start, end);
        trailerBytes += end - start + 2;
        if (end == start) {
            part = Part.NONE;
        } else {
            if (++trailerCount > countLimit) {
                throw badRequest("there are more trailers than allowed");
            }
            field(in, start, end);
        }
        in.readerIndex(end + 2);
        return true;
    }

    private void field(ByteBuf in, int start, int end) {
        int colon = in.indexOf(start, end, (byte) ':');
        boolean good = colon > start;
        for (int i = start; good && i < colon; i++) {
            byte b = in.getByte(i);
            good = HeaderName.isToken(b) && !(ofRequests && b == '_');
        }
        if (!good) {
            throw badRequest("a trailer is malformed");
        }
        var bytes = new byte[colon - start];
        in.getBytes(start, bytes);
        HeaderName.lowerCase(bytes, 0, bytes.length);
        var name = new AsciiString(bytes, false);
        if (ofRequests ? Trailers.mayFollowRequest(name) : Trailers.mayFollow(name)) {
            var kept = trailers;
            if (kept == null) {
                kept = new FlatHeaders();
                trailers = kept;
            }
            kept.append(
                    name,
                    in.toString(colon + 1, end - colon - 1, StandardCharsets.ISO_8859_1)
                            .strip());
        }
    }

    /** Index of the CR that ends the line, or -1 while it is incomplete. */
    private static int lineEnd(ByteBuf in, int limit, String tooLong) {
        int start = in.readerIndex();
        int end = in.indexOf(start, Math.min(in.writerIndex(), start + limit + 2), (byte) '\n');
        if (end < 0) {
            if (in.readableBytes() > limit + 1) { // its CR may be there already
                throw badRequest(tooLong);
            }
            return -1;
        }
        if (end == start || in.getByte(end - 1) != '\r') {
            throw badRequest("a line of the body's framing does not end in CR LF");
        }
        return end - 1;
    }

    private static void refuseControls(ByteBuf in, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = in.getByte(i);
            if ((b >= 0 && b < 0x20 && b != '\t') || b == 0x7f) {
                throw badRequest("the body's framing holds a control character");
            }
        }
    }
}
