package io.gatehouse.proxy.http.client;

import io.gatehouse.proxy.ListenerConfig;
import io.gatehouse.proxy.Protocol;
import io.gatehouse.proxy.address.Address;
import io.gatehouse.proxy.address.Networks;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.ProblemPresenter;
import io.gatehouse.proxy.http.exchange.ClientChannel;
import io.gatehouse.proxy.http.exchange.ClientSide;
import io.gatehouse.proxy.http.exchange.DataPlaneContext;
import io.gatehouse.proxy.http.exchange.Denials;
import io.gatehouse.proxy.http.exchange.EventLoopState;
import io.gatehouse.proxy.http.exchange.RequestCycle;
import io.gatehouse.proxy.http.exchange.RequestFacts;
import io.gatehouse.proxy.http.exchange.Uptake;
import io.gatehouse.proxy.http.message.AnswerHead;
import io.gatehouse.proxy.http.message.BodyReader;
import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.message.HeadParser;
import io.gatehouse.proxy.http.message.MalformedException;
import io.gatehouse.proxy.http.message.RequestHead;
import io.gatehouse.proxy.http.origin.ClientOrigin;
import io.gatehouse.proxy.http.transport.OrderlyEnd;
import io.gatehouse.proxy.http.transport.Unsent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: reads requests one after the other, hands each to a {@link RequestCycle}, and writes the answers in
 * that order. The next pipelined request is read only when the answer before it has been written.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter implements ClientSide, ClientChannel {
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final DataPlaneContext plane;
    private final ListenerConfig listener;
    private final EventLoopState state;
    private final HeadParser parser;
    private final RequestHead head = new RequestHead();
    private final BodyReader body;
    private final AnswerWriter answers;
    private final ReadAhead received = new ReadAhead();
    private final Uptake uptake = new Uptake();
    private final @Nullable Address peer;
    private final Networks trusted;
    private @Nullable ClientOrigin origin;
    private @Nullable ChannelHandlerContext context;
    private @Nullable SslHandler tls;
    private @Nullable RequestCycle cycle;
    private boolean persistent;
    /** Whether no more requests are taken after what has come, or partly come, by now. */
    private boolean leaving;

    private boolean closing;
    private boolean processing;
    /** Whether what was read is being taken in: then {@link #channelReadComplete} follows. */
    private boolean reading;

    private long deadline;
    private boolean receivingHead;
    private boolean unflushed;
    private boolean tunnel;
    /** The client of a tunnel has ended its direction. */
    private boolean inputEnded;

    private int sweepIndex;

    ClientConnection(ClientStart start) {
        this.plane = start.plane();
        this.listener = start.listener();
        this.state = start.state();
        var limits = listener.limits();
        this.parser = new HeadParser(
                state.scratch.parser,
                limits.requestLine().toInt(),
                limits.headers().toInt(),
                limits.headerCount());
        this.body = new BodyReader(limits.headers().toInt(), limits.headerCount(), true);
        this.answers = new AnswerWriter(state.scratch.writer);
        this.peer = start.peer();
        this.trusted = start.trusted();
        this.deadline = System.nanoTime() + limits.headerTimeout().toNanos();
    }

    ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    @Override
    public EventLoopState state() {
        return state;
    }

    @Override
    public DataPlaneContext plane() {
        return plane;
    }

    @Override
    public ListenerConfig listener() {
        return listener;
    }

    @Override
    public ByteBufAllocator alloc() {
        return context().alloc();
    }

    @Override
    public ClientOrigin origin() {
        return Objects.requireNonNull(origin);
    }

    @Override
    public boolean hasReadBody() {
        return body.isDone();
    }

    @Override
    public @Nullable FlatHeaders trailers() {
        return body.trailers();
    }

    // ---- reading

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        tls = ctx.pipeline().get(SslHandler.class);
        var session = tls == null ? null : tls.engine().getSession();
        origin = new ClientOrigin(trusted, peer, session);
        answers.attach(ctx);
        if (plane.isDraining()) {
            deadline =
                    System.nanoTime() + LINGER_NANOS; // a request that is on its way is served, and none is waited for
        }
        state.add(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var bytes = (ByteBuf) message;
        if (closing) {
            bytes.release();
            return;
        }
        reading = true;
        state.holds(this, bytes.readableBytes());
        received.add(ctx, bytes);
        process();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        flushWaiting();
    }

    /** Sends what waited for the end of this round: answers to the client, and the request to its target. */
    private void flushWaiting() {
        if (unflushed) {
            flush();
        }
        var current = cycle;
        if (current != null) {
            current.onReadComplete();
        }
    }

    @Override
    public void readOn() {
        process();
    }

    /** Reads on, as far as what was received and the present request allow. */
    private void process() {
        if (processing) {
            return;
        }
        processing = true;
        try {
            while (step()) {
                // each step consumes a head or a piece of a body
            }
        } catch (MalformedException malformed) {
            refuse(malformed.denial());
        } catch (Throwable failure) {
            breaks(failure);
        } finally {
            processing = false;
        }
        received.settle(context(), closing);
        if (!reading) {
            flushWaiting();
        }
    }

    /** What nobody expected has happened: to the present request, or to the connection where there is none. */
    private void breaks(Throwable failure) {
        var current = cycle;
        if (current == null) {
            plane.unexpected(failure);
            abort();
        } else {
            current.breaks(failure);
        }
    }

    private boolean step() {
        var current = cycle;
        var in = closing ? null : received.unread();
        if (in == null) {
            endTunnelInput(current);
            return false;
        }
        if (current == null) {
            // a client that sends requests but takes no answers must not fill the memory with them
            return isWritable() && readHead(in);
        }
        return readBody(in, current);
    }

    private boolean readBody(ByteBuf in, RequestCycle current) {
        if (body.isDone() || !current.wantsBody()) {
            return false;
        }
        var piece = body.next(in);
        if (piece == null && !body.isDone()) {
            return false;
        }
        current.onBody(piece == null ? Unpooled.EMPTY_BUFFER : Pieces.own(piece, in.capacity()), body.isDone());
        return true;
    }

    private void endTunnelInput(@Nullable RequestCycle current) {
        if (inputEnded && !closing && current != null && !body.isDone()) {
            body.none();
            current.onBody(Unpooled.EMPTY_BUFFER, true);
        }
    }

    private boolean readHead(ByteBuf in) {
        if (!parser.request(in, head)) {
            if (!receivingHead && in.isReadable()) {
                receivingHead = true;
                deadline = System.nanoTime() + listener.limits().headerTimeout().toNanos();
            }
            return false;
        }
        receivingHead = false;
        plane.protocols().request(Protocol.HTTP1);
        persistent = head.isPersistent() && !isLeaving();
        body.begin(head, false);
        var started = new RequestCycle(this, facts());
        cycle = started;
        started.begin();
        return true;
    }

    private RequestFacts facts() {
        try {
            return RequestFacts.of(state.loop, listener, head);
        } catch (MalformedException refused) {
            plane.refusedAtOnce(head, listener, refused.denial());
            throw refused;
        }
    }

    @Override
    public void pull() {
        var current = cycle;
        try {
            var in = received.unread();
            while (current != null && in != null && readBody(in, current)) {
                in = received.unread();
            }
        } catch (MalformedException malformed) {
            refuse(malformed.denial());
        } catch (Throwable failure) {
            breaks(failure);
        } finally {
            if (!processing) {
                received.settle(context(), closing);
            }
        }
    }

    // ---- writing

    @Override
    public void sendContinue() {
        answers.writeContinue();
        context().flush();
    }

    @Override
    public void writeInterim(AnswerHead interim) {
        if (head.minorVersion > 0) {
            answers.interim(interim);
        }
    }

    @Override
    public void beginTunnel(AnswerHead answer) {
        answers.upgrade(answer);
        persistent = false;
        tunnel = true;
        body.untilClose();
        context().channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    @Override
    public void writeHead(AnswerHead answer, boolean bodiless) {
        boolean mayLiveOn = persistent && body.isDone() && !isLeaving();
        persistent = answers.head(answer, bodiless, head.minorVersion, mayLiveOn);
    }

    @Override
    public void writePiece(ByteBuf piece) {
        state.holds(this, piece.readableBytes());
        answers.piece(Pieces.answer(piece, isWritable(), Unsent.of(context().channel())));
    }

    @Override
    public void writeEnd(@Nullable FlatHeaders trailers) {
        answers.end(head.acceptsTrailers ? trailers : null);
        if (tunnel) {
            endOutput();
        }
    }

    @Override
    public void flush() {
        unflushed = false;
        answers.writeHeld();
        context().flush();
    }

    @Override
    public void flushSoon() {
        if (processing) {
            unflushed = true;
        } else {
            flush();
        }
    }

    @Override
    public boolean isProcessing() {
        return processing;
    }

    @Override
    public boolean isWritable() {
        return context().channel().isWritable();
    }

    @Override
    public void abort() {
        persistent = false;
        closing = true;
        answers.release();
        OrderlyEnd.abrupt(context(), tls);
    }

    @Override
    public void cycleEnded(long now) {
        cycle = null;
        if (closing) {
            return;
        }
        if (!persistent || !body.isDone() || isLeaving()) {
            closeInOrder(now);
        } else {
            deadline = now + listener.limits().idleTimeout().toNanos();
            if (received.unread() != null && !processing) {
                process();
            }
        }
    }

    /** Sends what is written, says that nothing more comes, and waits shortly for the client to read it (RFC 9112, 9.6). */
    private void closeInOrder(long now) {
        closing = true;
        deadline = now + listener.limits().idleTimeout().toNanos();
        answers.writeHeld();
        endOutput();
        context().channel().config().setAutoRead(true);
    }

    private void endOutput() {
        unflushed = false;
        OrderlyEnd.of(context(), tls, () -> {
            deadline = System.nanoTime() + LINGER_NANOS;
            if (closing && inputEnded) {
                context().close();
            }
        });
    }

    /** Answers what was not even a request. */
    private void refuse(Denial denial) {
        var current = cycle;
        if (current != null) {
            current.onMalformedBody(denial);
            return;
        }
        state.meters.refused(denial);
        var response = ProblemPresenter.problem(denial, "");
        persistent = false;
        writeLocal(response);
        closeInOrder(System.nanoTime());
    }

    // ---- ends and clocks

    @Override
    public void onTick(long now) {
        var current = cycle;
        if (current != null) {
            current.onTick();
        } else if (now - deadline > 0) {
            if (receivingHead && !closing) {
                refuse(Denials.HEAD_TIMEOUT);
            } else {
                context().close();
            }
        }
    }

    private boolean isLeaving() {
        return leaving || plane.isDraining();
    }

    @Override
    public void drain() {
        leaving = true;
        // what has come, even in part, is served: its own deadlines hold
        if (cycle == null && !closing && !receivingHead && received.unread() == null) {
            closing = true;
            context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public Uptake uptake() {
        return uptake;
    }

    @Override
    public long held() {
        var current = cycle;
        return received.held() + Unsent.of(context().channel()) + (current == null ? 0 : current.held());
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
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!ctx.channel().isWritable()) {
            return;
        }
        var current = cycle;
        if (current != null) {
            current.onClientWritable();
        } else if (received.unread() != null && !closing) {
            process();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closing = true;
        var current = cycle;
        cycle = null;
        try {
            if (current != null) {
                current.onClientGone();
            }
        } finally {
            received.release();
            answers.release();
            state.remove(this);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            ctx.close();
        } else {
            breaks(cause);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (tunnel && (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent)) {
            inputEnded = true;
            if (closing) {
                ctx.close();
            } else {
                process();
            }
        }
        ReferenceCountUtil.release(event);
    }
}
