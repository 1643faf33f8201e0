package io.gatehouse.proxy.http.target;

import io.gatehouse.proxy.http.message.MalformedException;
import io.gatehouse.proxy.http.transport.Burst;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a target that speaks HTTP/2, shared by as many requests as the target allows. No channels for streams and no
 * frame objects: frames are handed to each request's {@link Http2TargetStream} as they are read.
 */
final class Http2TargetConnection extends Http2ConnectionHandler {
    private static final int STREAM_WINDOW = 256 << 10;
    private static final int HEAD_LIMIT = 64 << 10;
    /** What is taken to be allowed before the target has said how many streams it allows. */
    private static final int STREAMS_UNTOLD = 100;

    private static final int LAST_STREAM = Integer.MAX_VALUE - 16;
    private static final int MOST_RESETS = 1_000;
    private static final int RESET_SECONDS = 10;
    private static final int MOST_QUEUED_CONTROL_FRAMES = 1_000;
    /**
     * A target that guards itself against rapid resets ends the connection under all its requests (Netty: at 200 in 30 s). Clients that
     * leave are no attack of ours: well before that, the next requests go elsewhere.
     */
    private static final int OWN_RESETS = 100;

    private final TargetPool pool;
    private final Http2Connection.PropertyKey key;
    /** Streams that something was read for in the present round. */
    private final List<Http2TargetStream> read = new ArrayList<>();
    /** Streams whose head depends on what the target says of itself in its first frame. */
    private final List<Http2TargetStream> waiting = new ArrayList<>();

    private @Nullable ChannelHandlerContext context;
    private final Burst resets = new Burst(OWN_RESETS, Duration.ofSeconds(30));
    private final ConnectionLostException ended = new ConnectionLostException();
    private boolean settingsRead;
    private boolean opensWebSockets;
    private boolean leaving;
    /** What of the gateway's own has ended the connection. */
    private @Nullable Throwable failure;

    private long idleSince = System.nanoTime();
    private long lastRead = System.nanoTime();

    private Http2TargetConnection(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings, TargetPool pool) {
        super(decoder, encoder, settings, false, false);
        this.pool = pool;
        this.key = connection().newKey();
        connection().addListener(new StreamEnds());
        encoder.flowController().listener(new Writability());
    }

    /** Begins to speak HTTP/2 on a channel. */
    static Http2TargetConnection on(Channel channel, TargetPool pool) {
        var connection = new Builder(pool).build();
        channel.pipeline().addLast(connection);
        return connection;
    }

    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Http2TargetConnection, Builder> {
        private final TargetPool pool;
        private final Frames frames = new Frames();

        Builder(TargetPool pool) {
            this.pool = pool;
        }

        @Override
        protected Http2TargetConnection build() {
            var connection = new DefaultHttp2Connection(false, 0);
            // the connection's window is refilled at once: a stream that nobody reads holds up itself alone
            connection.local().flowController(new DefaultHttp2LocalFlowController(connection, 0.5f, true));
            connection(connection);
            frameListener(frames);
            initialSettings(Http2Settings.defaultSettings()
                    .pushEnabled(false)
                    .initialWindowSize(STREAM_WINDOW)
                    .maxHeaderListSize(HEAD_LIMIT));
            decoderEnforceMaxConsecutiveEmptyDataFrames(16);
            decoderEnforceMaxRstFramesPerWindow(MOST_RESETS, RESET_SECONDS);
            encoderEnforceMaxQueuedControlFrames(MOST_QUEUED_CONTROL_FRAMES);
            gracefulShutdownTimeoutMillis(0);
            return super.build();
        }

        @Override
        protected Http2TargetConnection build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            var made = new Http2TargetConnection(decoder, encoder, settings, pool);
            frames.connection = made;
            return made;
        }
    }

    // ---- for the pool

    /** Whether another request may be taken up. */
    boolean hasRoom() {
        var local = connection().local();
        return !leaving
                && Objects.requireNonNull(context).channel().isActive()
                && local.canOpenStream()
                && (settingsRead || local.numActiveStreams() + waiting.size() < STREAMS_UNTOLD)
                && local.lastStreamCreated() < LAST_STREAM;
    }

    Http2TargetStream newStream() {
        return new Http2TargetStream(this, pool);
    }

    boolean isIdleSince(long nanos) {
        return isUnused() && idleSince - nanos < 0;
    }

    private boolean isUnused() {
        return connection().numActiveStreams() == 0 && waiting.isEmpty();
    }

    /** Takes up no more requests, and ends once there are none. */
    void leave() {
        if (!leaving) {
            leaving = true;
            pool.forget(this);
        }
        closeIfLeft();
    }

    private void closeIfLeft() {
        var ctx = context;
        if (leaving && ctx != null && isUnused()) {
            ctx.channel().close();
        }
    }

    /** Nothing was read since then, though an answer was due: the connection may be dead. */
    void suspect(long since) {
        if (lastRead - since < 0) {
            leave();
        }
    }

    // ---- for streams

    ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    void keep(int id, Http2TargetStream stream) {
        var opened = connection().stream(id);
        if (opened != null) {
            opened.setProperty(key, stream);
        }
    }

    boolean isWritable(int id) {
        var stream = connection().stream(id);
        return stream != null
                && context().channel().isWritable()
                && encoder().flowController().isWritable(stream);
    }

    /** Gives the target leave to send so many bytes more on a stream. */
    void consumed(int id, int bytes) {
        var stream = connection().stream(id);
        if (stream != null) {
            try {
                connection().local().flowController().consumeBytes(stream, bytes);
            } catch (Http2Exception broken) {
                onError(context(), true, broken);
            }
        }
    }

    /** Calls the stream back, once, when {@link #opensWebSockets} is known or never will be. At once where it is. */
    void whenSettled(Http2TargetStream stream) {
        if (settingsRead) {
            stream.settled();
        } else {
            waiting.add(stream);
        }
    }

    private void settled() {
        var all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(Http2TargetStream::settled);
        closeIfLeft();
    }

    /** A stream waits no longer. */
    void forget(Http2TargetStream stream) {
        if (waiting.remove(stream)) {
            closeIfLeft();
        }
    }

    /** Whether what it carries is all that the target allows at once. */
    boolean isFull() {
        var local = connection().local();
        return local.numActiveStreams() > 0 && !local.canOpenStream();
    }

    /** Whether the target takes the handshake of a WebSocket (RFC 8441, 3). */
    boolean opensWebSockets() {
        return opensWebSockets;
    }

    void flushNow() {
        flush(context());
    }

    private @Nullable Http2TargetStream of(@Nullable Http2Stream stream) {
        return stream == null ? null : stream.getProperty(key);
    }

    @Override
    public ChannelFuture resetStream(ChannelHandlerContext ctx, int stream, long code, ChannelPromise promise) {
        if (resets.isOneTooMany(System.nanoTime())) {
            leave();
        }
        return super.resetStream(ctx, stream, code, promise);
    }

    // ---- events of the connection

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        super.handlerAdded(ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        lastRead = System.nanoTime();
        super.channelRead(ctx, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        for (int i = 0; i < read.size(); i++) {
            read.get(i).pause();
        }
        read.clear();
        super.channelReadComplete(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        leaving = true;
        pool.forget(this);
        settled();
        super.channelInactive(ctx);
    }

    /** A target that resets the connection: the end of the connection tells the streams. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
            super.exceptionCaught(ctx, cause);
        } else {
            lost(cause);
            ctx.close();
        }
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception error) {
        if (error == null) {
            lost(cause);
        }
        super.onConnectionError(ctx, outbound, cause, error);
    }

    /** Told once, however many streams there are. */
    private void lost(Throwable cause) {
        if (failure == null && !Blame.isTargets(cause)) {
            failure = new IllegalStateException("the gateway failed on a connection to a target", cause);
            pool.loop().unexpected.accept(cause);
        }
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, Http2Exception.StreamException error) {
        var stream = of(connection().stream(error.streamId()));
        if (stream != null && !outbound) {
            stream.endsBecause(MalformedException.badRequest("a frame of the answer is malformed"));
        } else if (stream != null && error instanceof Http2Exception.HeaderListSizeException tooLarge) {
            stream.endsBecause(tooLarge); // the fields behind a body; for a head it is not known yet
        }
        super.onStreamError(ctx, outbound, cause, error);
    }

    /** What a stream's end means to whoever reads its answer. */
    private final class StreamEnds extends Http2ConnectionAdapter {
        @Override
        public void onStreamClosed(Http2Stream stream) {
            var reading = of(stream);
            if (reading != null && failure != null) {
                reading.gatewayFailed(failure);
            } else if (reading != null) {
                boolean untouched = connection().goAwayReceived()
                        && stream.id() > connection().local().lastStreamKnownByPeer();
                reading.closed(untouched ? new NotProcessedException() : ended);
            }
        }

        @Override
        public void onStreamRemoved(Http2Stream stream) {
            if (connection().numActiveStreams() == 0) {
                idleSince = System.nanoTime();
                closeIfLeft();
            }
        }

        @Override
        public void onGoAwayReceived(int lastStreamId, long errorCode, ByteBuf debugData) {
            leave();
        }
    }

    private final class Writability implements Http2RemoteFlowController.Listener {
        @Override
        public void writabilityChanged(Http2Stream stream) {
            var waiting = of(stream);
            if (waiting != null && isWritable(stream.id())) {
                waiting.writable();
            }
        }
    }

    /** Hands frames to the streams that they belong to. */
    private static final class Frames extends Http2FrameAdapter {
        private @Nullable Http2TargetConnection connection;

        private Http2TargetConnection connection() {
            return Objects.requireNonNull(connection);
        }

        private @Nullable Http2TargetStream stream(int id) {
            var owner = connection();
            var stream = owner.of(owner.connection().stream(id));
            if (stream != null && !stream.touched) {
                stream.touched = true;
                owner.read.add(stream);
            }
            return stream;
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
            var owner = connection();
            owner.settingsRead = true;
            owner.opensWebSockets |= Boolean.TRUE.equals(settings.connectProtocolEnabled()); // and never takes it back
            owner.settled();
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int id,
                Http2Headers headers,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean last)
                throws Http2Exception {
            onHeadersRead(ctx, id, headers, padding, last);
        }

        @Override
        public void onHeadersRead(ChannelHandlerContext ctx, int id, Http2Headers headers, int padding, boolean last)
                throws Http2Exception {
            var stream = stream(id);
            if (stream != null) {
                try {
                    stream.head(headers, last);
                } catch (MalformedException malformed) {
                    throw refused(stream, id, malformed);
                }
            }
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean last)
                throws Http2Exception {
            var stream = stream(id);
            int bytes = data.readableBytes() + padding;
            if (stream == null) {
                return bytes;
            }
            try {
                return stream.data(data, bytes, last);
            } catch (MalformedException malformed) {
                throw refused(stream, id, malformed);
            }
        }

        private static Http2Exception refused(Http2TargetStream stream, int id, MalformedException malformed) {
            stream.endsBecause(malformed);
            return Http2Exception.streamError(id, Http2Error.PROTOCOL_ERROR, "malformed");
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int id, long errorCode) {
            var stream = stream(id);
            if (stream != null) {
                stream.closed(
                        errorCode == Http2Error.REFUSED_STREAM.code()
                                ? new NotProcessedException()
                                : new IOException("the target reset the stream"));
            }
        }
    }
}
