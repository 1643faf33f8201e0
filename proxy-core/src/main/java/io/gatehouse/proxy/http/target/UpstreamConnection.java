package io.gatehouse.proxy.http.target;

import static io.gatehouse.proxy.http.message.MalformedException.badRequest;

import io.gatehouse.proxy.http.message.AnswerHead;
import io.gatehouse.proxy.http.message.BodyReader;
import io.gatehouse.proxy.http.message.Chunks;
import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.message.HeadParser;
import io.gatehouse.proxy.http.message.MalformedException;
import io.gatehouse.proxy.http.transport.OrderlyEnd;
import io.gatehouse.proxy.http.transport.Unsent;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a target: sends a request, reads its answer, and goes back to its pool only when both have ended. What the
 * target sends outside an answer, or against HTTP's rules, ends the connection. Not SPI.
 */
public final class UpstreamConnection extends ChannelInboundHandlerAdapter implements TargetStream {
    private static final int LINE_LIMIT = 8 << 10;
    private static final int HEAD_LIMIT = 64 << 10;
    /** The longest head that a target may send; scratch arrays must hold it. */
    public static final int LARGEST_HEAD = LINE_LIMIT + HEAD_LIMIT;

    private static final int COUNT_LIMIT = 200;
    private static final int MAX_INTERIM = 16;

    private static final AsciiString HOST = AsciiString.cached("host");
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    private static final byte[] UPGRADE =
            "connection: upgrade\r\nupgrade: websocket\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TRAILERS = "connection: te\r\nte: trailers\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CHUNKED = "transfer-encoding: chunked\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int COPY_LIMIT = 4096;

    private final TargetPool pool;
    private final HeadParser parser;
    private final AnswerHead head = new AnswerHead();
    private final BodyReader body = new BodyReader(HEAD_LIMIT, COUNT_LIMIT, false);
    private @Nullable ChannelHandlerContext context;
    private @Nullable SslHandler tls;
    private @Nullable ByteBuf cumulation;
    private @Nullable AnswerReader reader;
    private boolean inBody;
    private boolean requestEnded;
    private boolean answerEnded;
    private boolean reusable;
    private boolean tunnel;
    /** The target has said, within TLS, that nothing more comes. */
    private boolean notified;

    /** Nothing can be said to the target any more. */
    private boolean writeFailed;

    private boolean chunked;
    private int interim;
    long idleSince;

    UpstreamConnection(TargetPool pool) {
        this.pool = pool;
        this.parser = new HeadParser(pool.loop().parser, LINE_LIMIT, HEAD_LIMIT, COUNT_LIMIT);
    }

    private Channel channel() {
        return Objects.requireNonNull(context).channel();
    }

    boolean isUsable() {
        return reader == null && !writeFailed && channel().isActive();
    }

    @Override
    public void begin(AnswerReader answerReader) {
        pool.began();
        reader = answerReader;
        inBody = false;
        requestEnded = false;
        answerEnded = false;
        reusable = false;
        interim = 0;
    }

    @Override
    public void sendHead(OutgoingRequest request, ByteBuf content, boolean more) {
        var ctx = Objects.requireNonNull(context);
        var writer = pool.loop().writer;
        writer.requestLine(request.method().asciiName(), request.path(), request.query());
        var host = request.host();
        writer.field(HOST, host.isEmpty() ? pool.endpoint().target().authority() : host);
        request.fields(writer);
        if (request.opensWebSocket()) {
            writer.line(UPGRADE);
        } else if (request.acceptsTrailers()) {
            writer.line(TRAILERS);
        }
        long length = request.length();
        chunked = length == OutgoingRequest.UNKNOWN;
        if (chunked) {
            writer.line(CHUNKED);
        } else if (length >= 0) {
            writer.field(CONTENT_LENGTH, length);
        }
        int there = content.readableBytes();
        var head = writer.end(ctx.alloc(), there <= COPY_LIMIT ? there : 0);
        if (there <= COPY_LIMIT) {
            head.writeBytes(content, content.readerIndex(), there);
            send(head);
        } else {
            send(head);
            send(content.retainedDuplicate());
        }
        if (!more) {
            requestEnds();
        }
    }

    @Override
    public void sendBody(ByteBuf piece) {
        if (chunked && piece.isReadable()) {
            send(Chunks.begin(piece.alloc(), piece.readableBytes()));
            send(piece);
            send(Chunks.end());
        } else {
            send(piece);
        }
    }

    @Override
    public void endRequest(@Nullable FlatHeaders trailers) {
        if (chunked) {
            send(
                    trailers == null
                            ? Chunks.last()
                            : Chunks.last(
                                    pool.loop().writer,
                                    Objects.requireNonNull(context).alloc(),
                                    trailers));
        }
        flush();
        requestEnds();
    }

    private void send(ByteBuf bytes) {
        var ctx = Objects.requireNonNull(context);
        ctx.write(bytes, ctx.voidPromise());
    }

    @Override
    public void flush() {
        Objects.requireNonNull(context).flush();
    }

    @Override
    public boolean isWritable() {
        return channel().isWritable();
    }

    @Override
    public long unsent() {
        return Unsent.of(channel());
    }

    private void requestEnds() {
        if (tunnel) {
            endOutput();
        } else {
            requestEnded = true;
            releaseIfDone();
        }
    }

    @Override
    public void tunnel(AnswerReader passedOn) {
        reader = passedOn;
        tunnel = true;
        chunked = false;
        requestEnded = false;
        inBody = true;
        body.untilClose();
        channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    /** Tells the target that nothing more comes, behind all that was sent. */
    private void endOutput() {
        OrderlyEnd.of(Objects.requireNonNull(context), tls, () -> {
            requestEnded = true;
            releaseIfDone();
        });
    }

    @Override
    public void pauseReading(boolean paused) {
        if (channel().config().isAutoRead() == paused) {
            channel().config().setAutoRead(!paused);
        }
    }

    @Override
    public void close() {
        leave();
        channel().close();
    }

    @Override
    public boolean isOverHttp2() {
        return false;
    }

    @Override
    public void closeLate() {
        close();
    }

    @Override
    public void giveUp() {
        close();
    }

    private void leave() {
        if (reader != null) {
            reader = null;
            pool.ended();
        }
    }

    private void releaseIfDone() {
        if (requestEnded && answerEnded) {
            leave();
            pauseReading(false);
            if (reusable && !writeFailed && channel().isActive()) {
                pool.release(this);
            } else {
                close();
            }
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        tls = ctx.pipeline().get(SslHandler.class);
        // a target may answer and close on the rest of a request: a write that fails must not end the reading
        ctx.channel().config().setAutoClose(false);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var bytes = (ByteBuf) message;
        if (reader == null) {
            bytes.release();
            pool.forget(this);
            close(); // nobody asked for this
            return;
        }
        var asked = reader;
        var kept = cumulation;
        cumulation = kept == null ? bytes : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), kept, bytes);
        try {
            read();
        } catch (MalformedException malformed) {
            fail(malformed);
        } catch (Throwable failure) {
            breaks(asked, failure);
        } finally {
            var rest = cumulation;
            if (rest != null && !rest.isReadable()) {
                cumulation = null;
                rest.release();
            }
        }
    }

    private void read() {
        while (true) {
            var in = cumulation;
            var current = reader;
            if (in == null || current == null || answerEnded) {
                return;
            }
            if (!inBody) {
                if (!parser.response(in, head)) {
                    return;
                }
                if (head.status >= 200) {
                    inBody = true;
                    reusable = head.isPersistent();
                    boolean announced = head.announcesContent();
                    body.begin(head, true); // first: filters may change the length that the client is told
                    if (!current.answerBegins(head)) {
                        body.none();
                        reusable &= !announced;
                    }
                } else {
                    interim(current);
                }
            } else {
                var piece = body.next(in);
                if (piece == null && !body.isDone()) {
                    return;
                }
                if (piece != null) {
                    current.answerContinues(piece);
                }
            }
            if (inBody && body.isDone() && reader != null) {
                answerEnds(current);
                return;
            }
        }
    }

    private void interim(AnswerReader current) {
        if (head.status == 101) {
            if (!requestEnded || !current.answerUpgrades(head)) {
                throw badRequest("an upgrade that nobody asked for");
            }
        } else if (++interim > MAX_INTERIM) {
            throw badRequest("more interim answers than anybody needs");
        } else {
            current.answerInterim(head);
        }
    }

    private void answerEnds(AnswerReader current) {
        answerEnded = true;
        if (tunnel) {
            current.answerEnds(null);
            releaseIfDone();
            return;
        }
        var rest = cumulation;
        if (body.endsWithConnection() || (rest != null && rest.isReadable())) {
            reusable = false; // more than the answer came: the next answer could not be told from it
        }
        if (!requestEnded) {
            reusable = false;
        }
        requestEnded = true;
        var trailers = body.trailers();
        releaseIfDone(); // first, so that a pipelined request can take this connection at once
        try {
            current.answerEnds(trailers);
        } catch (Throwable failure) {
            breaks(current, failure);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        var current = reader;
        if (current != null) {
            current.answerPauses();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        var current = reader;
        if (current != null && ctx.channel().isWritable()) {
            current.requestWritable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        var current = reader;
        if (current == null) {
            pool.forget(this);
        } else {
            inputEnds(current);
        }
        var rest = cumulation;
        if (rest != null) {
            cumulation = null;
            rest.release();
        }
    }

    private void inputEnds() {
        var current = reader;
        if (current == null) {
            pool.forget(this);
            close();
        } else if (!answerEnded) { // the end within TLS comes first, that of the connection behind it
            inputEnds(current);
        }
    }

    private void inputEnds(AnswerReader current) {
        if (inBody && body.endsWithConnection() && isWhole()) {
            body.none();
            reusable = false;
            answerEnds(current);
        } else {
            fail(new IOException("the connection was closed"));
        }
    }

    /**
     * Whether the end of the input is known to be the target's: whoever sits between could make any other, and so cut a body short
     * that nothing else measures. A WebSocket has an end of its own.
     */
    private boolean isWhole() {
        return tls == null || notified || tunnel;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // a write that failed: the answer may have come already, and the end of the connection is on its way
        if (cause instanceof IOException && !tunnel && ctx.channel().isActive()) {
            writeFailed = true;
        } else if (Blame.isTargets(cause)) {
            fail(cause);
        } else {
            breaks(reader, cause);
        }
    }

    private void fail(Throwable cause) {
        var current = reader;
        close();
        if (current != null) {
            try {
                current.answerFails(cause);
            } catch (Throwable failure) {
                current.gatewayFailed(failure);
            }
        }
    }

    /** Something that nobody expected has happened, to {@code asked} above all; another may have taken the connection by then. */
    @SuppressWarnings("ReferenceEquality") // which of two, not what they are like
    private void breaks(@Nullable AnswerReader asked, Throwable failure) {
        var current = reader;
        close();
        if (asked == null) {
            pool.loop().unexpected.accept(failure);
        } else {
            asked.gatewayFailed(failure);
        }
        if (current != null && current != asked) {
            current.gatewayFailed(failure);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent closed && closed.isSuccess()) {
            notified = true;
            inputEnds();
        } else if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnds();
        }
        ReferenceCountUtil.release(event);
    }
}
