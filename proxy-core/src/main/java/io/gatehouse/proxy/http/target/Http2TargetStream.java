package io.gatehouse.proxy.http.target;

import static io.gatehouse.proxy.http.message.MalformedException.badRequest;

import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.message.MalformedException;
import io.gatehouse.proxy.http.transport.Unsent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception.HeaderListSizeException;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One request on a connection that speaks HTTP/2, and its answer (RFC 9113, 8.1). Not SPI. */
public final class Http2TargetStream implements TargetStream {
    private static final int MAX_INTERIM = 16;

    private final Http2TargetConnection connection;
    private final TargetPool pool;
    private final Unsent unsent = new Unsent();
    private @Nullable AnswerReader reader;
    private @Nullable Exception why;
    /** The handshake of a WebSocket that waits for the target's settings. */
    private @Nullable OutgoingRequest handshake;

    private boolean webSocket;
    private boolean tunnel;
    private boolean answerEnded;
    private HttpMethod method = HttpMethod.GET;
    private int id;
    private long sentAt;
    private boolean requestEnded;
    private boolean inBody;
    private boolean bodiless;
    /** What the body has still to hold, or less than 0 where nothing says so. */
    private long left;

    private boolean paused;
    private int unconsumed;
    private int interim;
    /** Whether the connection is to tell it when the present read is over. */
    boolean touched;

    Http2TargetStream(Http2TargetConnection connection, TargetPool pool) {
        this.connection = connection;
        this.pool = pool;
    }

    /** The target does not take handshakes of WebSockets. No stack trace. */
    public static final class NoWebSocketException extends IOException {
        private static final long serialVersionUID = 1L;

        NoWebSocketException() {
            super("the target opens no WebSocket over HTTP/2");
        }

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }

    @Override
    public boolean isOverHttp2() {
        return true;
    }

    // ---- the request

    @Override
    public void begin(AnswerReader answerReader) {
        reader = answerReader;
        pool.began();
    }

    @Override
    public void sendHead(OutgoingRequest request, ByteBuf body, boolean more) {
        sentAt = System.nanoTime();
        if (request.opensWebSocket()) {
            handshake = request;
            connection.whenSettled(this);
        } else {
            send(request, body, more);
        }
    }

    /** What the target takes is known, or it is gone. */
    void settled() {
        var asked = handshake;
        var current = reader;
        handshake = null;
        if (asked == null || current == null) {
            return; // given up meanwhile
        }
        try {
            settled(asked);
        } catch (Throwable failure) {
            breaks(current, failure);
        }
    }

    private void settled(OutgoingRequest asked) {
        if (!connection.context().channel().isActive()) {
            closed(new NotProcessedException());
        } else if (!connection.opensWebSockets()) {
            closed(new NoWebSocketException());
        } else if (connection.isFull()) {
            closed(new NoRoomException());
        } else {
            webSocket = true;
            send(asked, Unpooled.EMPTY_BUFFER, true); // the stream stays open for what passes the WebSocket
            flush();
        }
    }

    private void send(OutgoingRequest request, ByteBuf body, boolean more) {
        var ctx = connection.context();
        id = connection.connection().local().incrementAndGetNextStreamId();
        boolean empty = !body.isReadable();
        requestEnded = !more;
        method = request.method();
        connection
                .encoder()
                .writeHeaders(
                        ctx,
                        id,
                        TargetFields.of(request, pool.endpoint().target(), webSocket),
                        0,
                        !more && empty,
                        ctx.newPromise())
                .addListener(this::refusedIfFailed);
        if (reader == null) {
            return; // it could not be written, and the body may be gone
        }
        connection.keep(id, this);
        if (!empty) {
            connection.encoder().writeData(ctx, id, body.retainedDuplicate(), 0, !more, ctx.newPromise());
        }
    }

    /** A head that could not be written was not sent. */
    private void refusedIfFailed(Future<? super Void> written) {
        if (written.isSuccess()) {
            return;
        }
        switch (written.cause()) {
            case HeaderListSizeException tooLarge -> closed(tooLarge);
            case Error failure -> gatewayFailed(failure);
            default -> closed(new NotProcessedException());
        }
    }

    @Override
    public void sendBody(ByteBuf piece) {
        if (reader == null || !piece.isReadable()) {
            piece.release();
            return;
        }
        var ctx = connection.context();
        connection.encoder().writeData(ctx, id, piece, 0, false, unsent.piece(ctx, piece.readableBytes()));
    }

    @Override
    public long unsent() {
        return unsent.bytes();
    }

    @Override
    public void endRequest(@Nullable FlatHeaders trailers) {
        if (reader == null) {
            return;
        }
        requestEnded = true;
        var ctx = connection.context();
        if (trailers == null) {
            connection.encoder().writeData(ctx, id, Unpooled.EMPTY_BUFFER, 0, true, ctx.newPromise());
        } else {
            connection.encoder().writeHeaders(ctx, id, TargetFields.of(trailers), 0, true, ctx.newPromise());
        }
        flush();
        if (tunnel && answerEnded && reader != null) {
            leave();
        }
    }

    @Override
    public void flush() {
        connection.flushNow();
    }

    @Override
    public boolean isWritable() {
        return connection.isWritable(id);
    }

    /** The target takes more. */
    void writable() {
        var current = reader;
        if (current != null && !requestEnded) {
            try {
                current.requestWritable();
            } catch (Throwable failure) {
                breaks(current, failure);
            }
        }
    }

    // ---- the answer

    /** A head has come: of an interim answer, of the answer, or behind its body. */
    void head(Http2Headers fields, boolean last) {
        var current = reader;
        if (current == null) {
            return;
        }
        try {
            head(current, fields, last);
        } catch (MalformedException malformed) {
            throw malformed;
        } catch (Throwable failure) {
            breaks(current, failure);
        }
    }

    private void head(AnswerReader current, Http2Headers fields, boolean last) {
        if (inBody) {
            if (!last) {
                throw badRequest("fields stand in the middle of a body");
            }
            checkWhole();
            ends(current, tunnel ? null : TargetFields.trailers(fields));
            return;
        }
        var head = TargetFields.answer(fields);
        if (head.status < 200) {
            if (last || head.status == 101 || ++interim > MAX_INTERIM) {
                throw badRequest("an interim answer that nobody asked for");
            }
            current.answerInterim(head);
            return;
        }
        if (webSocket && head.status < 300 && current.answerUpgrades(head)) {
            if (last) {
                ends(reader, null);
            }
            return;
        }
        if (last && head.contentLength < 0 && !head.isBodiless(method)) {
            head.contentLength = 0; // known here, so that nobody needs to wait for a body
        }
        inBody = true;
        left = head.isBodiless(method) ? -1 : head.contentLength;
        if (last) {
            checkWhole(); // first: nobody is told of a length that does not come
        }
        bodiless = !current.answerBegins(head);
        if (last) {
            ends(reader, null);
        }
    }

    /** The codec checks the length too, but not where no byte of a body comes: it does not know what was asked. */
    private void checkWhole() {
        if (left > 0) {
            throw badRequest("the body is shorter than Content-Length says");
        }
    }

    @Override
    public void tunnel(AnswerReader passedOn) {
        reader = passedOn;
        tunnel = true;
        inBody = true;
        left = -1;
    }

    /**
     * A piece of the body has come; it stays the caller's.
     *
     * @param bytes that it took of the stream's window
     * @return how many of them are given back at once
     */
    int data(ByteBuf piece, int bytes, boolean last) {
        var current = reader;
        if (current == null) {
            return bytes;
        }
        try {
            return data(current, piece, bytes, last);
        } catch (MalformedException malformed) {
            throw malformed;
        } catch (Throwable failure) {
            breaks(current, failure);
            return bytes;
        }
    }

    private int data(AnswerReader current, ByteBuf piece, int bytes, boolean last) {
        if (!inBody || (bodiless && piece.isReadable())) {
            throw badRequest("a body where none can be");
        }
        if (left >= 0) {
            left -= piece.readableBytes();
            if (left < 0) {
                throw badRequest("the body is longer than Content-Length says");
            }
        }
        if (last) {
            checkWhole();
        }
        if (piece.isReadable()) {
            current.answerContinues(piece.retain());
        }
        if (last) {
            ends(reader, null);
        }
        if (paused && reader != null) {
            unconsumed += bytes;
            return 0;
        }
        return bytes;
    }

    /** All that was read for now has been passed on. */
    void pause() {
        touched = false;
        var current = reader;
        if (current != null) {
            try {
                current.answerPauses();
            } catch (Throwable failure) {
                breaks(current, failure);
            }
        }
    }

    @Override
    public void pauseReading(boolean pause) {
        paused = pause;
        if (!pause && unconsumed > 0) {
            int bytes = unconsumed;
            unconsumed = 0;
            connection.consumed(id, bytes);
            flush();
        }
    }

    // ---- ends

    private void ends(@Nullable AnswerReader current, @Nullable FlatHeaders trailers) {
        if (current == null) {
            return;
        }
        if (tunnel) {
            answerEnded = true;
            if (requestEnded) {
                leave();
            }
            current.answerEnds(null);
            return;
        }
        leave();
        if (!requestEnded) {
            reset(); // the answer came before the end of the request: what follows is of no use
        }
        current.answerEnds(trailers);
    }

    /** The stream is no more. Means nothing where its answer was whole. */
    void closed(Throwable cause) {
        var current = reader;
        if (current != null) {
            leave();
            try {
                current.answerPauses(); // what came with the end is not kept back
                current.answerFails(why == null ? cause : why);
            } catch (Throwable failure) {
                current.gatewayFailed(failure);
            }
        }
    }

    /** Something that nobody expected has happened to {@code asked}: it ends, and no other on the connection. */
    private void breaks(AnswerReader asked, Throwable failure) {
        close();
        asked.gatewayFailed(failure);
    }

    /** The connection was lost, or the request not sent, and not by the target's doing. */
    void gatewayFailed(Throwable failure) {
        var current = reader;
        if (current != null) {
            leave();
            current.gatewayFailed(failure);
        }
    }

    /** What its end will be told of. */
    void endsBecause(Exception cause) {
        why = cause;
    }

    private void leave() {
        reader = null;
        pool.ended();
    }

    private void reset() {
        if (id == 0) {
            return; // nothing was sent
        }
        var ctx = connection.context();
        connection.resetStream(ctx, id, Http2Error.CANCEL.code(), ctx.newPromise());
        flush();
    }

    @Override
    public void close() {
        if (reader != null) {
            connection.forget(this);
            leave();
            reset();
        }
    }

    @Override
    public void giveUp() {
        if (unsent.bytes() > 0) {
            reset();
        }
    }

    @Override
    public void closeLate() {
        close();
        connection.suspect(sentAt);
    }
}
