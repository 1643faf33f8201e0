package io.gatehouse.proxy.http.client;

import io.gatehouse.proxy.ListenerConfig;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.ProblemPresenter;
import io.gatehouse.proxy.http.exchange.ClientSide;
import io.gatehouse.proxy.http.exchange.DataPlaneContext;
import io.gatehouse.proxy.http.exchange.Denials;
import io.gatehouse.proxy.http.exchange.EventLoopState;
import io.gatehouse.proxy.http.exchange.RequestCycle;
import io.gatehouse.proxy.http.exchange.RequestFacts;
import io.gatehouse.proxy.http.message.AnswerHead;
import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.message.RequestHead;
import io.gatehouse.proxy.http.message.WebSocketHandshake;
import io.gatehouse.proxy.http.origin.ClientOrigin;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * One request on an HTTP/2 connection. The client gets back the window of its stream as the request takes the body; what is not
 * taken yet is copied, so that small pieces do not hold on to the large buffers that they came in.
 */
final class Http2ClientStream implements ClientSide {
    private final Http2ClientConnection connection;
    private final Http2Stream stream;
    private final RequestHead head;
    private @Nullable RequestCycle cycle;
    /** What has come of the body and is not wanted yet. */
    private @Nullable ByteBuf waiting;
    /** The last piece of the answer, held back because the end may follow at once. */
    private @Nullable ByteBuf held;

    private @Nullable FlatHeaders trailers;
    private long received;
    /** The client has said that its body is whole. */
    private boolean clientEnded;
    /** The request has all of the body. */
    private boolean handedOver;

    private boolean tunnel;
    private boolean answerEnded;
    private boolean gone;
    /** When the answer must have been taken, once the request has ended. */
    private long deadline;

    /** Whether the connection is to tell it when the present read is over. */
    boolean touched;

    Http2ClientStream(Http2ClientConnection connection, Http2Stream stream, RequestHead head, boolean clientEnded) {
        this.connection = connection;
        this.stream = stream;
        this.head = head;
        this.clientEnded = clientEnded;
        this.handedOver = clientEnded;
    }

    void begin(RequestFacts facts) {
        var started = new RequestCycle(this, facts);
        cycle = started;
        started.begin();
    }

    /** What nobody expected has happened to this request: it ends, and no other on the connection. */
    void breaks(Throwable failure) {
        var current = cycle;
        if (current == null) {
            plane().unexpected(failure);
            abort();
            return;
        }
        current.breaks(failure);
    }

    /** Answers what was not even a request. */
    void refuse(Denial denial) {
        state().meters.refused(denial);
        writeLocal(ProblemPresenter.problem(denial, ""));
        cycleEnded(System.nanoTime());
    }

    Http2Stream stream() {
        return stream;
    }

    /** What it holds of the request on its way to the target, and of the answer before it is handed over. */
    long held() {
        var current = cycle;
        var piece = held;
        return (current == null ? 0 : current.held()) + (piece == null ? 0 : piece.readableBytes());
    }

    /** Whether nothing more comes of this request but what is written already. */
    boolean hasEnded() {
        return cycle == null;
    }

    // ---- what the connection is

    @Override
    public DataPlaneContext plane() {
        return connection.plane();
    }

    @Override
    public ListenerConfig listener() {
        return connection.listener();
    }

    @Override
    public EventLoopState state() {
        return connection.state();
    }

    @Override
    public ByteBufAllocator alloc() {
        return connection.context().alloc();
    }

    @Override
    public ClientOrigin origin() {
        return connection.origin();
    }

    @Override
    public boolean isOverHttp2() {
        return true;
    }

    // ---- the request's body

    /**
     * Takes a piece of the body.
     *
     * @param data stays the caller's
     * @return how many of these bytes the client may send anew
     */
    int receive(ByteBuf data, int padding, boolean last) throws Http2Exception {
        int bytes = data.readableBytes();
        received += bytes;
        if (head.contentLength >= 0 && (received > head.contentLength || (last && received < head.contentLength))) {
            throw Http2Exception.streamError(
                    stream.id(), Http2Error.PROTOCOL_ERROR, "the body is not as long as Content-Length says");
        }
        clientEnded = last;
        try {
            return take(data, padding, last);
        } catch (Throwable failure) {
            breaks(failure);
            return padding; // the end of the stream gives back the rest
        }
    }

    private int take(ByteBuf data, int padding, boolean last) {
        int bytes = data.readableBytes();
        var current = cycle;
        if (current == null || current.answersByItself() || (bytes == 0 && !last)) {
            return padding; // answered already: the rest of the body is not asked for
        }
        if (waiting == null && !hasReadBody() && current.wantsBody()) {
            handedOver = last;
            var piece = bytes == 0
                    ? Unpooled.EMPTY_BUFFER
                    : Pieces.own(data.readRetainedSlice(bytes), connection.readInto());
            current.onBody(piece, last);
            return bytes + padding;
        }
        if (bytes > 0 && !keep(data)) {
            current.onMalformedBody(Denials.OVERLOADED);
        }
        return padding;
    }

    /** Fields have come behind the body. */
    void receiveTrailers(@Nullable FlatHeaders fields) throws Http2Exception {
        trailers = fields;
        receive(Unpooled.EMPTY_BUFFER, 0, true);
        try {
            pull();
        } catch (Throwable failure) {
            breaks(failure);
        }
    }

    private boolean keep(ByteBuf data) {
        int bytes = data.readableBytes();
        if (!plane().bodies().take(bytes)) {
            return false;
        }
        var kept = waiting;
        try {
            kept = kept == null ? alloc().buffer(bytes) : kept.ensureWritable(bytes);
        } catch (OutOfMemoryError none) {
            plane().bodies().giveBack(bytes); // what is kept gives back no more than it holds
            throw none;
        }
        waiting = kept.writeBytes(data);
        return true;
    }

    @Override
    public boolean hasReadBody() {
        return handedOver || (head.webSocket && !tunnel);
    }

    @Override
    public @Nullable FlatHeaders trailers() {
        return trailers;
    }

    @Override
    public void pull() {
        var current = cycle;
        var kept = waiting;
        if (current == null || hasReadBody() || !(kept != null || clientEnded) || !current.wantsBody()) {
            return;
        }
        waiting = null;
        handedOver = clientEnded;
        if (kept != null) {
            int bytes = kept.readableBytes();
            plane().bodies().giveBack(bytes);
            connection.taken(stream, bytes);
        }
        current.onBody(kept == null ? Unpooled.EMPTY_BUFFER : kept, handedOver);
    }

    @Override
    public void readOn() {
        pull();
        if (!touched) {
            onReadComplete();
        }
    }

    /** The present read is over: sends on what it led to. */
    void onReadComplete() {
        touched = false;
        var current = cycle;
        if (current != null) {
            current.onReadComplete();
        }
    }

    @Override
    public void sendContinue() {
        var interim = new AnswerHead();
        interim.reset();
        interim.status = 100;
        writeInterim(interim);
        flush();
    }

    // ---- the answer

    @Override
    public void writeInterim(AnswerHead interim) {
        if (!gone) {
            connection.output().head(stream, interim, false);
        }
    }

    @Override
    public void beginTunnel(AnswerHead answer) {
        answer.status = 200;
        answer.headers.remove((CharSequence) WebSocketHandshake.ACCEPT);
        tunnel = true;
        writeHead(answer, false);
    }

    @Override
    public void writeHead(AnswerHead answer, boolean bodiless) {
        if (!gone) {
            answerEnded = bodiless || answer.contentLength == 0;
            connection.output().head(stream, answer, answerEnded);
        }
    }

    @Override
    public void writePiece(ByteBuf piece) {
        if (gone || answerEnded || !piece.isReadable()) {
            piece.release();
            return;
        }
        writeHeld();
        held = Pieces.answer(piece, isWritable(), connection.unsent());
    }

    private void writeHeld() {
        var piece = held;
        if (piece != null) {
            held = null;
            connection.output().data(stream, piece, false);
        }
    }

    @Override
    public void writeEnd(@Nullable FlatHeaders fields) {
        if (gone || answerEnded) {
            return;
        }
        answerEnded = true;
        if (fields != null) {
            writeHeld();
            connection.output().trailers(stream, fields);
            return;
        }
        var piece = held;
        held = null;
        connection.output().data(stream, piece == null ? Unpooled.EMPTY_BUFFER : piece, true);
    }

    @Override
    public void flush() {
        writeHeld();
        connection.output().flushFor(stream);
    }

    @Override
    public void flushSoon() {
        flush();
    }

    @Override
    public boolean isProcessing() {
        return touched; // else the end of a read that is about other streams would pass this one over
    }

    @Override
    public boolean isWritable() {
        return !gone && connection.output().isWritable(stream);
    }

    /** The client takes more. */
    void onWritable() {
        var current = cycle;
        if (current != null) {
            current.onClientWritable();
        }
    }

    // ---- ends

    @Override
    public void abort() {
        cycle = null; // it knows
        if (!gone) {
            gone = true;
            writeHeld();
            connection.output().reset(stream, Http2Error.INTERNAL_ERROR);
        }
    }

    @Override
    public void cycleEnded(long now) {
        cycle = null;
        dropWaiting();
        if (!gone) {
            deadline = now + listener().limits().idleTimeout().toNanos();
            connection.output().answered(this);
        }
    }

    private void dropWaiting() {
        var kept = waiting;
        if (kept != null) {
            waiting = null;
            plane().bodies().giveBack(kept.readableBytes());
            kept.release();
        }
    }

    private void dropHeld() {
        var piece = held;
        if (piece != null) {
            held = null;
            piece.release();
        }
    }

    void onTick(long now) {
        var current = cycle;
        if (current != null) {
            current.onTick();
        } else if (now - deadline > 0) {
            connection.output().reset(stream, Http2Error.CANCEL); // a client that does not take its answer
        }
    }

    /** The stream is over, by whosever will. */
    void onClosed() {
        gone = true;
        dropHeld();
        dropWaiting();
        var current = cycle;
        cycle = null;
        if (current != null) {
            current.onClientGone();
        }
    }
}
