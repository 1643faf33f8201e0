package io.gatehouse.proxy.http;

import io.gatehouse.proxy.ListenerConfig;
import io.gatehouse.proxy.Protocol;
import io.gatehouse.proxy.address.Address;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.http.HttpExchange.RequestFacts;
import io.gatehouse.proxy.http.message.AnswerFields;
import io.gatehouse.proxy.http.message.AnswerHead;
import io.gatehouse.proxy.http.message.FieldBlock;
import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.message.MalformedException;
import io.gatehouse.proxy.http.message.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamVisitor;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client's HTTP/2 connection: opens a {@link Http2ClientStream} for each request, writes their answers, and ends what costs
 * more than a request may. All that one turn of the event loop writes is sent at once.
 */
final class Http2ClientConnection extends Http2ConnectionHandler implements ClientChannel {
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** How long the answer to the last ping may take before the connection's last stream is named without it. */
    private static final long PING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long LAST_PING = 0x6761746568757365L;
    /** What all streams of a connection together may bring in one round trip. */
    private static final int CONNECTION_WINDOW = 1 << 20;

    private enum Phase {
        OPEN,
        /** The client has been told to open no more streams; those that were on their way are served. */
        LEAVING,
        /** The last stream has been named; when it has ended so does the connection. */
        LAST,
        /** Everything has been said; what comes is thrown away. */
        ENDED
    }

    private final DataPlaneContext plane;
    private final ListenerConfig listener;
    private final EventLoopState state;
    private final FieldBlock block;
    private final FrameWatch watch;
    private final Http2Connection.PropertyKey key;
    private final @Nullable Address peer;
    private @Nullable ClientOrigin origin;
    private final AnswerFields fields = new AnswerFields();
    private final RecentStreams resets = new RecentStreams();
    private final List<Http2ClientStream> touched = new ArrayList<>();
    /** Answered in full before their requests were. */
    private final List<Http2ClientStream> early = new ArrayList<>();

    private final Runnable flushing = this::flushNow;
    private final TickVisitor ticking = new TickVisitor();
    private @Nullable ChannelHandlerContext context;
    private @Nullable SslHandler tls;
    private Phase phase = Phase.OPEN;
    private boolean reading;
    private boolean flushPlanned;
    /** The client has not numbered its streams one after the other, so that what is over may never have been. */
    private boolean streamsSkipped;

    private int lastStream = -1;
    private int unfinished;
    /** When the head that is on its way must have come. */
    private long headDeadline;
    /** When the present phase ends at the latest, or the connection without streams. */
    private long deadline;

    private int sweepIndex;

    private Http2ClientConnection(
            DataPlaneContext plane,
            ListenerConfig listener,
            EventLoopState state,
            @Nullable Address peer,
            Http2Codec codec) {
        super(codec.decoder(), codec.encoder(), codec.settings(), true, false);
        this.plane = plane;
        this.listener = listener;
        this.state = state;
        this.peer = peer;
        this.block = codec.block();
        this.key = connection().newKey();
        long now = System.nanoTime();
        this.watch = new FrameWatch(listener.http2(), now);
        this.unfinished = watch.unfinished();
        this.headDeadline = now + listener.limits().headerTimeout().toNanos();
        this.deadline = now + listener.limits().idleTimeout().toNanos();
    }

    static Http2ClientConnection of(
            DataPlaneContext plane, ListenerConfig listener, EventLoopState state, @Nullable Address peer) {
        var made = new Http2ClientConnection(plane, listener, state, peer, Http2Codec.of(listener));
        var events = new Http2Events(made);
        made.decoder().frameListener(events);
        made.connection().addListener(events);
        made.encoder().flowController().listener(events::writabilityChanged);
        return made;
    }

    ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    DataPlaneContext plane() {
        return plane;
    }

    ListenerConfig listener() {
        return listener;
    }

    EventLoopState state() {
        return state;
    }

    ClientOrigin origin() {
        return Objects.requireNonNull(origin);
    }

    @Nullable
    Http2ClientStream streamOf(Http2Stream stream) {
        return stream.getProperty(key);
    }

    // ---- reading

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        tls = ctx.pipeline().get(SslHandler.class);
        var session = tls == null ? null : tls.engine().getSession();
        origin = new ClientOrigin(plane.trustedForwarders(), peer, session);
        super.handlerAdded(ctx);
        state.add(this);
        var connection = connection().connectionStream();
        int more = CONNECTION_WINDOW - decoder().flowController().windowSize(connection);
        decoder().flowController().incrementWindowSize(connection, more);
        ctx.flush();
        if (plane.isDraining()) {
            drain();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        var bytes = (ByteBuf) message;
        if (phase == Phase.ENDED) {
            bytes.release();
            return;
        }
        reading = true;
        try {
            watch.scan(bytes);
        } catch (Http2Exception flood) {
            bytes.release();
            onError(ctx, false, flood);
            return;
        }
        super.channelRead(ctx, bytes);
        noteUnfinished();
    }

    private void noteUnfinished() {
        int now = watch.unfinished();
        if (now != unfinished) {
            unfinished = now;
            if (now != 0) {
                headDeadline =
                        System.nanoTime() + listener.limits().headerTimeout().toNanos();
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).onReadComplete();
        }
        touched.clear();
        reading = false;
        super.channelReadComplete(ctx);
    }

    /** Whether what was received is being taken in; then {@link #channelReadComplete} follows. */
    boolean isReading() {
        return reading;
    }

    private void touch(Http2ClientStream stream) {
        if (!stream.touched) {
            stream.touched = true;
            touched.add(stream);
        }
    }

    /** A head has come whole. */
    void onHead(Http2Stream stream, boolean last) throws Http2Exception {
        plane.protocols().request(Protocol.HTTP2);
        streamsSkipped |= stream.id() != lastStream + 2;
        lastStream = stream.id();
        RequestHead head;
        try {
            head = block.request(last);
        } catch (MalformedException malformed) {
            if (block.isViolation()) {
                throw violation(stream);
            }
            refuse(stream, malformed.denial(), last);
            return;
        }
        var request = new Http2ClientStream(this, stream, head, last);
        stream.setProperty(key, request);
        touch(request);
        try {
            request.begin(RequestFacts.of(state.loop, listener, head));
        } catch (MalformedException malformed) {
            request.refuse(malformed.denial());
        }
    }

    private void refuse(Http2Stream stream, Denial denial, boolean last) {
        var refused = new Http2ClientStream(this, stream, new RequestHead(), last);
        stream.setProperty(key, refused);
        refused.refuse(denial);
    }

    private Http2Exception violation(Http2Stream stream) {
        plane.meters().refused(Denials.HTTP2_VIOLATION);
        return Http2Exception.streamError(stream.id(), Http2Error.PROTOCOL_ERROR, "the message is malformed");
    }

    /** Fields have come behind a body. */
    void onTrailers(Http2Stream stream) throws Http2Exception {
        var request = Objects.requireNonNull(streamOf(stream));
        FlatHeaders trailers;
        try {
            trailers = block.trailers();
        } catch (MalformedException malformed) {
            throw violation(stream);
        }
        touch(request);
        request.receiveTrailers(trailers);
    }

    int onData(Http2Stream stream, ByteBuf data, int padding, boolean last) throws Http2Exception {
        var request = streamOf(stream);
        if (request == null) {
            return data.readableBytes() + padding;
        }
        touch(request);
        return request.receive(data, padding, last);
    }

    /** The client may send so many bytes more on a stream. */
    void taken(Http2Stream stream, int bytes) {
        try {
            if (decoder().flowController().consumeBytes(stream, bytes)) {
                flushLater();
            }
        } catch (Http2Exception impossible) {
            onError(context(), false, impossible);
        }
    }

    // ---- writing

    void writeHead(Http2Stream stream, AnswerHead head, boolean last) {
        encoder()
                .writeHeaders(
                        context(),
                        stream.id(),
                        fields.of(head),
                        0,
                        last,
                        context().newPromise());
        fields.release();
    }

    void writeTrailers(Http2Stream stream, FlatHeaders trailers) {
        encoder()
                .writeHeaders(
                        context(),
                        stream.id(),
                        AnswerFields.trailers(trailers),
                        0,
                        true,
                        context().newPromise());
    }

    void writeData(Http2Stream stream, ByteBuf piece, boolean last) {
        watch.sent(piece.readableBytes());
        encoder().writeData(context(), stream.id(), piece, 0, last, context().newPromise());
    }

    boolean isWritable(Http2Stream stream) {
        return encoder().flowController().isWritable(stream);
    }

    /** Sends what a stream has written: at once where it waits for room, else with all that this turn of the loop brings. */
    void flushFor(Http2Stream stream) {
        if (isWritable(stream)) {
            flushLater();
        } else {
            flush(context());
        }
    }

    private void flushLater() {
        if (!reading && !flushPlanned) {
            flushPlanned = true;
            state.loop.execute(flushing);
        }
    }

    private void flushNow() {
        flushPlanned = false;
        flush(context());
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        super.flush(ctx);
        if (!early.isEmpty()) {
            for (int i = 0; i < early.size(); i++) {
                resetEarly(early.get(i));
            }
            early.clear();
            ctx.flush();
        }
        endIfDone();
    }

    /** The answer is out: the client need not send the rest of its request (RFC 9113, 8.1). */
    private void resetEarly(Http2ClientStream request) {
        if (request.hasEnded() && request.stream().state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
            encoder()
                    .writeRstStream(
                            context(),
                            request.stream().id(),
                            Http2Error.NO_ERROR.code(),
                            context().newPromise());
        }
    }

    /** A stream's request has ended, or the end of its answer is out. */
    void answered(Http2ClientStream request) {
        if (request.hasEnded() && request.stream().state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
            early.add(request);
            flushLater();
        }
    }

    void reset(Http2Stream stream, Http2Error error) {
        encoder().writeRstStream(context(), stream.id(), error.code(), context().newPromise());
        context().flush(); // before anything that still waits for the stream's window
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
        super.channelWritabilityChanged(ctx);
        endIfDone();
    }

    // ---- errors

    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, Http2Exception.StreamException error) {
        var stream = connection().stream(error.streamId());
        if (outbound && (stream == null || stream.state() == Http2Stream.State.CLOSED)) {
            return; // what was still to be written to a stream that the client has closed
        }
        if (stream == null && error.error() == Http2Error.STREAM_CLOSED) {
            onClosedStream(ctx, error.streamId());
            return;
        }
        try {
            watch.reset(System.nanoTime());
        } catch (Http2Exception flood) {
            onError(ctx, false, flood);
            return;
        }
        super.onStreamError(ctx, outbound, cause, error);
    }

    /**
     * Something has come for a stream that is over. It may have been on its way when the gateway reset that stream; else the client
     * is at fault (RFC 9113, 5.1 and 5.1.1).
     */
    private void onClosedStream(ChannelHandlerContext ctx, int stream) {
        if (!resets.mayHold(stream)) {
            var code = streamsSkipped ? Http2Error.PROTOCOL_ERROR : Http2Error.STREAM_CLOSED;
            onError(ctx, false, Http2Exception.connectionError(code, "the stream is over"));
        }
    }

    @Override
    public ChannelFuture resetStream(ChannelHandlerContext ctx, int stream, long code, ChannelPromise promise) {
        resets.add(stream);
        return super.resetStream(ctx, stream, code, promise);
    }

    /** The head was larger than even HPACK's own limit. */
    @Override
    protected void handleServerHeaderDecodeSizeError(ChannelHandlerContext ctx, Http2Stream stream) {
        if (streamOf(stream) == null) {
            refuse(
                    stream,
                    MalformedException.headersTooLarge("the headers are larger than allowed")
                            .denial(),
                    true);
            flush(ctx);
        }
    }

    /** Tells the client the error's code, and nothing of what is inside. */
    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception error) {
        if (phase == Phase.ENDED) {
            return;
        }
        var code = error == null ? Http2Error.INTERNAL_ERROR : error.error();
        if (code == Http2Error.INTERNAL_ERROR && !(cause instanceof IOException)) {
            plane.unexpected(cause);
        } else {
            plane.meters()
                    .refused(code == Http2Error.ENHANCE_YOUR_CALM ? Denials.HTTP2_FLOOD : Denials.HTTP2_VIOLATION);
        }
        sayLast(code);
        end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            plane.unexpected(cause);
        }
        ctx.close();
    }

    // ---- ends and clocks

    @Override
    public void onTick(long now) {
        if (phase == Phase.ENDED) {
            if (now - deadline > 0) {
                context().close();
            }
            return;
        }
        if (context().channel().isWritable()) {
            watch.refill();
        }
        if (unfinished != 0 && now - headDeadline > 0) {
            plane.meters().refused(Denials.HEAD_TIMEOUT);
            sayLast(Http2Error.ENHANCE_YOUR_CALM);
            end();
            return;
        }
        ticking.tick(now);
        if (now - deadline > 0) {
            onDeadline(now);
        }
    }

    private void onDeadline(long now) {
        switch (phase) {
            case OPEN -> {
                if (connection().numActiveStreams() == 0) {
                    leave(now);
                }
            }
            case LEAVING -> nameLast();
            case LAST, ENDED -> {
                // streams have limits of their own
            }
        }
    }

    /** Every stream's clock, without an object for each tick. */
    private final class TickVisitor implements Http2StreamVisitor {
        private long now;

        void tick(long at) {
            now = at;
            try {
                connection().forEachActiveStream(this);
            } catch (Http2Exception failure) {
                onError(context(), false, failure);
            }
        }

        @Override
        public boolean visit(Http2Stream stream) {
            var request = streamOf(stream);
            if (request != null) {
                request.onTick(now);
            }
            return true;
        }
    }

    /** A stream is over. */
    void onStreamClosed(Http2Stream stream) {
        var request = streamOf(stream);
        if (request != null) {
            request.onClosed();
        }
        if (phase == Phase.OPEN) {
            deadline = System.nanoTime() + listener.limits().idleTimeout().toNanos();
        } else if (phase == Phase.LAST) {
            flushLater();
        }
    }

    @Override
    public void drain() {
        if (phase == Phase.OPEN) {
            leave(System.nanoTime());
        }
    }

    /** Lets the client open no more streams; what it has opened by the time that it reads this is served. */
    private void leave(long now) {
        phase = Phase.LEAVING;
        deadline = now + PING_NANOS;
        sayGoAway(Integer.MAX_VALUE, Http2Error.NO_ERROR);
        encoder().writePing(context(), false, LAST_PING, context().newPromise());
        context().flush();
    }

    void onPingAck(long data) {
        if (data == LAST_PING && phase == Phase.LEAVING) {
            nameLast();
        }
    }

    private void nameLast() {
        phase = Phase.LAST;
        sayLast(Http2Error.NO_ERROR);
        flushLater();
    }

    /** The client opens no more streams. */
    void onClientLeaves() {
        if (phase == Phase.OPEN) {
            nameLast();
        }
    }

    private void endIfDone() {
        if (phase == Phase.LAST && connection().numActiveStreams() == 0) {
            end();
        }
    }

    private void sayLast(Http2Error code) {
        sayGoAway(connection().remote().lastStreamCreated(), code);
    }

    private void sayGoAway(int last, Http2Error code) {
        try {
            connection().goAwaySent(last, code.code(), Unpooled.EMPTY_BUFFER);
        } catch (Http2Exception impossible) {
            plane.unexpected(impossible);
        }
        frameWriter()
                .writeGoAway(
                        context(),
                        last,
                        code.code(),
                        Unpooled.EMPTY_BUFFER,
                        context().newPromise());
    }

    /** Ends all streams, and the connection behind what is written. */
    private void end() {
        phase = Phase.ENDED;
        deadline = System.nanoTime() + listener.limits().idleTimeout().toNanos();
        try {
            connection().forEachActiveStream(stream -> {
                stream.close();
                return true;
            });
        } catch (Http2Exception failure) {
            plane.unexpected(failure);
        }
        OrderlyEnd.of(context(), tls, () -> deadline = System.nanoTime() + LINGER_NANOS);
    }

    @Override
    public void abort() {
        context().close();
    }

    @Override
    public int sweepIndex() {
        return sweepIndex;
    }

    @Override
    public void sweepIndex(int index) {
        sweepIndex = index;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        phase = Phase.ENDED;
        super.channelInactive(ctx);
        state.remove(this);
    }
}
