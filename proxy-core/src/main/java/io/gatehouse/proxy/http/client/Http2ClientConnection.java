package io.gatehouse.proxy.http.client;

import io.gatehouse.proxy.ListenerConfig;
import io.gatehouse.proxy.address.Address;
import io.gatehouse.proxy.address.Networks;
import io.gatehouse.proxy.http.exchange.ClientChannel;
import io.gatehouse.proxy.http.exchange.DataPlaneContext;
import io.gatehouse.proxy.http.exchange.Denials;
import io.gatehouse.proxy.http.exchange.EventLoopState;
import io.gatehouse.proxy.http.exchange.Uptake;
import io.gatehouse.proxy.http.message.MalformedException;
import io.gatehouse.proxy.http.origin.ClientOrigin;
import io.gatehouse.proxy.http.transport.OrderlyEnd;
import io.gatehouse.proxy.http.transport.Unsent;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamVisitor;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One client's HTTP/2 connection, on which each request is a {@link Http2ClientStream}: keeps its clocks, judges its errors, and
 * ends it where it costs more than requests may.
 */
final class Http2ClientConnection extends Http2ConnectionHandler implements ClientChannel {
    /** What all streams of a connection together may bring in one round trip. */
    private static final int CONNECTION_WINDOW = 1 << 20;

    private final DataPlaneContext plane;
    private final ListenerConfig listener;
    private final EventLoopState state;
    private final FrameWatch watch;
    private final Http2Output output;
    private final Uptake uptake = new Uptake();
    private final Http2Farewell farewell;
    private final Http2Requests requests;
    private final @Nullable Address peer;
    private final Networks trusted;
    private final RecentStreams resets = new RecentStreams();
    private final TickVisitor ticking = new TickVisitor();
    private final HeldVisitor streams = new HeldVisitor();
    private @Nullable ClientOrigin origin;
    private @Nullable ChannelHandlerContext context;
    private @Nullable SslHandler tls;
    private boolean reading;
    private int unfinished;
    /** When the head that is on its way must have come. */
    private long headDeadline;

    private int sweepIndex;

    private Http2ClientConnection(ClientStart start, Http2Codec codec) {
        super(codec.decoder(), codec.encoder(), codec.settings(), true, false);
        this.plane = start.plane();
        this.listener = start.listener();
        this.state = start.state();
        this.peer = start.peer();
        this.trusted = start.trusted();
        long now = System.nanoTime();
        this.watch = new FrameWatch(listener.http2(), now);
        this.unfinished = watch.unfinished();
        this.headDeadline = now + listener.limits().headerTimeout().toNanos();
        this.output = new Http2Output(this, watch);
        this.farewell = new Http2Farewell(this, now);
        this.requests = new Http2Requests(this, codec.block());
    }

    static Http2ClientConnection of(ClientStart start) {
        var made = new Http2ClientConnection(start, Http2Codec.of(start.listener()));
        made.decoder().frameListener(made.requests);
        made.connection().addListener(made.requests);
        made.encoder().flowController().listener(made.requests::writabilityChanged);
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
    SslHandler tls() {
        return tls;
    }

    Http2Output output() {
        return output;
    }

    Http2Farewell farewell() {
        return farewell;
    }

    // ---- reading

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        tls = ctx.pipeline().get(SslHandler.class);
        var session = tls == null ? null : tls.engine().getSession();
        origin = new ClientOrigin(trusted, peer, session);
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
        if (farewell.isSaid()) {
            bytes.release();
            return;
        }
        reading = true;
        state.holds(this, bytes.readableBytes());
        try {
            watch.scan(bytes);
        } catch (Http2Exception flood) {
            bytes.release();
            onError(ctx, false, flood);
            return;
        }
        super.channelRead(ctx, bytes);
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
        requests.onReadComplete();
        reading = false;
        super.channelReadComplete(ctx);
    }

    /** Whether what was received is being taken in; then {@link #channelReadComplete} follows. */
    boolean isReading() {
        return reading;
    }

    /** The size of the buffer that holds the frame that is being taken in. */
    int readInto() {
        return internalBuffer().capacity();
    }

    /** What waits for the socket, in bytes. */
    long unsent() {
        return Unsent.of(context().channel());
    }

    /** The client may send so many bytes more on a stream. */
    void taken(Http2Stream stream, int bytes) {
        try {
            if (decoder().flowController().consumeBytes(stream, bytes)) {
                output.flushLater();
            }
        } catch (Http2Exception impossible) {
            onError(context(), false, impossible);
        }
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        super.flush(ctx);
        output.flushed();
        farewell.endIfDone();
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
        if (error.error() == Http2Error.REFUSED_STREAM) {
            state.meters.refused(Denials.HTTP2_BUSY);
        }
        try {
            watch.reset(System.nanoTime());
        } catch (Http2Exception flood) {
            onError(ctx, false, flood);
            return;
        }
        super.onStreamError(ctx, outbound, cause, error);
        if (stream != null && stream.isResetSent()) {
            resets.add(stream.id());
            stream.close(); // drops what waits for room: nothing may follow the reset (RFC 9113, 5.1)
        }
    }

    /**
     * Something has come for a stream that is over. It may have been on its way when the gateway reset that stream; else the client
     * is at fault (RFC 9113, 5.1 and 5.1.1).
     */
    private void onClosedStream(ChannelHandlerContext ctx, int stream) {
        if (!resets.mayHold(stream)) {
            var code = requests.areSkipped() ? Http2Error.PROTOCOL_ERROR : Http2Error.STREAM_CLOSED;
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
        if (requests.of(stream) == null) {
            var tooLarge = MalformedException.headersTooLarge("the headers are larger than allowed");
            requests.refuse(stream, tooLarge.denial(), true);
            flush(ctx);
        }
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception error) {
        if (farewell.isSaid()) {
            return;
        }
        var code = error == null ? Http2Error.INTERNAL_ERROR : error.error();
        if (code == Http2Error.INTERNAL_ERROR && !(cause instanceof IOException)) {
            plane.unexpected(cause);
        } else {
            state.meters.refused(code == Http2Error.ENHANCE_YOUR_CALM ? Denials.HTTP2_FLOOD : Denials.HTTP2_VIOLATION);
        }
        farewell.end(code);
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
        if (!farewell.isSaid()) {
            if (context().channel().isWritable()) {
                watch.refill();
            }
            if (unfinished != 0 && now - headDeadline > 0) {
                state.meters.refused(Denials.HEAD_TIMEOUT);
                farewell.end(Http2Error.ENHANCE_YOUR_CALM);
                return;
            }
            ticking.tick(now);
        }
        farewell.onTick(now);
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
            var request = requests.of(stream);
            if (request != null) {
                request.onTick(now);
            }
            return true;
        }
    }

    /** What all streams hold, without an object for each count. */
    private final class HeldVisitor implements Http2StreamVisitor {
        private long sum;

        long held() {
            sum = 0;
            try {
                connection().forEachActiveStream(this);
            } catch (Http2Exception failure) {
                onError(context(), false, failure);
            }
            return sum;
        }

        @Override
        public boolean visit(Http2Stream stream) {
            var request = requests.of(stream);
            if (request != null) {
                sum += request.held();
            }
            return true;
        }
    }

    @Override
    public void drain() {
        farewell.leave();
    }

    @Override
    public void abort() {
        OrderlyEnd.abrupt(context(), tls);
    }

    @Override
    public Uptake uptake() {
        return uptake;
    }

    @Override
    public long held() {
        // what is both in an answer and with the channel counts twice
        return readInto() + output.unsent() + unsent() + streams.held();
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
        farewell.gone();
        try {
            super.channelInactive(ctx);
        } finally {
            state.remove(this);
        }
    }
}
