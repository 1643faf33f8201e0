package io.gatehouse.proxy.http.client;

import io.gatehouse.proxy.http.message.AnswerHead;
import io.gatehouse.proxy.http.message.Chunks;
import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.message.HeadWriter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes answers to one HTTP/1.1 connection, framed as the client's version allows (RFC 9112, 6). A head is held back until its
 * body begins, so that a short answer is one buffer. Nothing is flushed here.
 */
final class AnswerWriter {
    private static final int COPY_LIMIT = 4096;
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    private static final byte[] CHUNKED = line("transfer-encoding: chunked");
    private static final byte[] CLOSE = line("connection: close");
    private static final byte[] KEEP_ALIVE = line("connection: keep-alive");
    private static final byte[] UPGRADE = line("connection: upgrade\r\nupgrade: websocket");
    private static final ByteBuf CONTINUE = Chunks.shared("HTTP/1.1 100 Continue\r\n\r\n");

    private final HeadWriter heads;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf held;
    private Framing framing = Framing.LENGTH;

    private enum Framing {
        /** The head announced how many bytes follow, or none. */
        LENGTH,
        CHUNKED,
        /** The connection's end ends the answer: for HTTP/1.0. */
        CLOSE
    }

    AnswerWriter(HeadWriter heads) {
        this.heads = heads;
    }

    private static byte[] line(String text) {
        return (text + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    void attach(ChannelHandlerContext to) {
        context = to;
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    /** Tells the client to send the body that it holds back. */
    void writeContinue() {
        write(CONTINUE.duplicate());
    }

    /**
     * Writes a head.
     *
     * @param bodiless whether no body follows, whatever the head says
     * @param minorVersion the client's
     * @param persistent whether the connection could live on
     * @return whether it can, given how this answer ends
     */
    boolean head(AnswerHead answer, boolean bodiless, int minorVersion, boolean persistent) {
        boolean mayChunk = minorVersion > 0;
        if (bodiless || answer.contentLength >= 0) {
            framing = Framing.LENGTH;
        } else {
            framing = mayChunk ? Framing.CHUNKED : Framing.CLOSE;
        }
        boolean livesOn = persistent && framing != Framing.CLOSE;
        heads.statusLine(answer.status);
        heads.fields(answer.headers);
        if (answer.contentLength >= 0 && answer.status != 204) {
            heads.field(CONTENT_LENGTH, answer.contentLength);
        } else if (framing == Framing.CHUNKED) {
            heads.line(CHUNKED);
        }
        if (!livesOn) {
            heads.line(CLOSE);
        } else if (!mayChunk) {
            heads.line(KEEP_ALIVE);
        }
        int room = bodiless ? 0 : (int) Math.min(Math.max(answer.contentLength, 0), COPY_LIMIT);
        held = heads.end(context().alloc(), room);
        return livesOn;
    }

    /** Writes a piece of the body; ownership passes here. */
    void piece(ByteBuf piece) {
        if (!piece.isReadable()) {
            piece.release();
            return;
        }
        if (framing == Framing.CHUNKED) {
            writeHeld();
            write(Chunks.begin(context().alloc(), piece.readableBytes()));
            write(piece);
            write(Chunks.end());
            return;
        }
        var head = held;
        if (head != null && head.writableBytes() >= piece.readableBytes()) {
            head.writeBytes(piece);
            piece.release();
        } else {
            writeHeld();
            write(piece);
        }
    }

    /** Writes an interim answer. */
    void interim(AnswerHead answer) {
        heads.statusLine(answer.status);
        heads.fields(answer.headers);
        write(heads.end(context().alloc(), 0));
    }

    /** Writes the head of an answer behind which the connection speaks WebSocket. */
    void upgrade(AnswerHead answer) {
        framing = Framing.CLOSE;
        heads.statusLine(101);
        heads.line(UPGRADE);
        heads.fields(answer.headers);
        held = heads.end(context().alloc(), 0);
    }

    /** Ends an answer; trailers fit only behind chunks. */
    void end(@Nullable FlatHeaders trailers) {
        writeHeld();
        if (framing == Framing.CHUNKED) {
            write(
                    trailers == null
                            ? Chunks.last()
                            : Chunks.last(heads, context().alloc(), trailers));
        }
    }

    /** Writes the head that waits for its body, if there is one. */
    void writeHeld() {
        var head = held;
        if (head != null) {
            held = null;
            write(head);
        }
    }

    private void write(ByteBuf bytes) {
        context().write(bytes, context().voidPromise());
    }

    /** Drops what was held back. */
    void release() {
        var head = held;
        if (head != null) {
            held = null;
            head.release();
        }
    }
}
