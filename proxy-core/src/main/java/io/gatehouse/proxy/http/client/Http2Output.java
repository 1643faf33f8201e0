package io.gatehouse.proxy.http.client;

import io.gatehouse.proxy.http.message.AnswerFields;
import io.gatehouse.proxy.http.message.AnswerHead;
import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.transport.Unsent;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;

/** What the streams of one HTTP/2 connection write. All that one turn of the event loop writes is sent at once. */
final class Http2Output {
    private final Http2ClientConnection connection;
    private final FrameWatch watch;
    private final AnswerFields fields = new AnswerFields();
    /** Answered in full before their requests were. */
    private final List<Http2ClientStream> early = new ArrayList<>();

    private final Runnable flushing = this::flushNow;
    private boolean flushPlanned;
    private final Unsent unsent = new Unsent();

    Http2Output(Http2ClientConnection connection, FrameWatch watch) {
        this.connection = connection;
        this.watch = watch;
    }

    private ChannelHandlerContext context() {
        return connection.context();
    }

    private Http2ConnectionEncoder encoder() {
        return connection.encoder();
    }

    private ChannelPromise promise() {
        return context().newPromise();
    }

    void head(Http2Stream stream, AnswerHead head, boolean last) {
        encoder().writeHeaders(context(), stream.id(), fields.of(head), 0, last, promise());
        fields.release();
    }

    void trailers(Http2Stream stream, FlatHeaders trailers) {
        encoder().writeHeaders(context(), stream.id(), AnswerFields.trailers(trailers), 0, true, promise());
    }

    void data(Http2Stream stream, ByteBuf piece, boolean last) {
        int bytes = piece.readableBytes();
        watch.sent(bytes);
        connection.state().holds(connection, bytes);
        encoder().writeData(context(), stream.id(), piece, 0, last, unsent.piece(context(), bytes));
    }

    /** Bytes of answers that wait for the client to open a window, or for the socket. */
    long unsent() {
        return unsent.bytes();
    }

    /** Ends a stream behind what its window has room for. */
    void reset(Http2Stream stream, Http2Error error) {
        connection.flush(context());
        encoder().writeRstStream(context(), stream.id(), error.code(), promise());
        stream.close(); // drops what waits for room: nothing may follow the reset (RFC 9113, 5.1)
        context().flush();
    }

    boolean isWritable(Http2Stream stream) {
        return encoder().flowController().isWritable(stream);
    }

    // ---- sending

    /** Sends what a stream has written: at once where it waits for room, else with all that this turn of the loop brings. */
    void flushFor(Http2Stream stream) {
        if (isWritable(stream)) {
            flushLater();
        } else {
            connection.flush(context());
        }
    }

    void flushLater() {
        if (!connection.isReading() && !flushPlanned) {
            flushPlanned = true;
            connection.state().loop.execute(flushing);
        }
    }

    private void flushNow() {
        flushPlanned = false;
        connection.flush(context());
    }

    /** A stream's request has ended, or the end of its answer is out. */
    void answered(Http2ClientStream request) {
        if (isEarly(request)) {
            early.add(request);
            flushLater();
        }
    }

    private static boolean isEarly(Http2ClientStream request) {
        return request.hasEnded() && request.stream().state() == Http2Stream.State.HALF_CLOSED_LOCAL;
    }

    /** What was written is on its way: where the whole answer is, the client need not send the rest (RFC 9113, 8.1). */
    void flushed() {
        if (early.isEmpty()) {
            return;
        }
        for (int i = 0; i < early.size(); i++) {
            var request = early.get(i);
            if (isEarly(request)) {
                encoder().writeRstStream(context(), request.stream().id(), Http2Error.NO_ERROR.code(), promise());
            }
        }
        early.clear();
        context().flush();
    }
}
