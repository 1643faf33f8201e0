package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.http.message.AnswerHead;
import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.message.MalformedException;
import io.gatehouse.proxy.http.target.AnswerReader;
import io.gatehouse.proxy.http.target.ConnectionLostException;
import io.gatehouse.proxy.http.target.Http2TargetStream;
import io.gatehouse.proxy.http.target.NoRoomException;
import io.gatehouse.proxy.http.target.TargetPool;
import io.gatehouse.proxy.http.target.TargetStream;
import io.gatehouse.proxy.http.target.Upstream;
import io.gatehouse.proxy.http.target.UpstreamCounts;
import io.gatehouse.proxy.http.target.Waiter;
import io.gatehouse.proxy.http.transport.Connector;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Exception.HeaderListSizeException;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** Carries one request to an upstream and its answer back, piece by piece, at the pace of the slower side. */
final class UpstreamRelay implements TargetSide, Waiter, AnswerReader {
    private static final AsciiString LINK = AsciiString.cached("link");

    private final RequestCycle cycle;
    private final Upstream upstream;
    private final Attempts attempts;
    private final UpstreamRequest request;
    private final @Nullable MirrorCopy mirror;
    private @Nullable TargetStream connection;
    private boolean streaming;
    /** Part of the body has been passed on as it came: it is not there to be sent once more. */
    private boolean streamed;

    private boolean reused;
    private boolean answerBegun;
    /** An interim answer has come: whatever the target says afterwards, it has begun with the request. */
    private boolean interimSeen;

    /** The target is to wait until the client takes more. */
    private boolean paused;

    private boolean gone;
    private boolean unflushed;

    /** A relay; {@code mirror}: what takes a copy of the request, or {@code null}. */
    UpstreamRelay(RequestCycle cycle, Upstream upstream, @Nullable MirrorCopy mirror) {
        this.cycle = cycle;
        this.upstream = upstream;
        this.mirror = mirror;
        this.attempts = new Attempts(upstream, cycle.client().state().pool(upstream));
        this.request = new UpstreamRequest(cycle, upstream);
    }

    void start() {
        var refusal = attempts.admit();
        if (refusal == null) {
            attempt();
        } else {
            fails(refusal);
        }
    }

    private void attempt() {
        var next = attempts.next();
        if (next == null) {
            failsUnsent(Denials.UNREACHABLE);
        } else {
            next.acquire(connector(), this);
        }
    }

    private Connector connector() {
        return cycle.client().plane().connector();
    }

    @Override
    public boolean isGone() {
        return gone;
    }

    @Override
    public void connected(TargetStream ready, boolean wasIdle) {
        connection = ready;
        reused = wasIdle;
        ready.begin(this);
        cycle.forwarded(true);
        cycle.clock().start(WaitClock.Reason.ANSWER, upstream.responseTimeout());
        var client = cycle.client();
        streaming = !client.hasReadBody();
        request.prepare(streaming, isOverHttp2());
        ready.sendHead(request, cycle.exchange().bufferedBody(), streaming);
        if (!isOn(ready)) {
            return; // it could not be sent, and that has been dealt with
        }
        unflushed = true;
        if (streaming) {
            cycle.body().askForIt();
            client.readOn();
        } else if (mirror != null) {
            mirror.add(cycle.exchange().bufferedBody());
            mirror.send(request);
        }
        if (!client.isProcessing()) {
            flushRequest();
        }
    }

    /** Whether the target that has the request speaks HTTP/2. */
    boolean isOverHttp2() {
        var current = connection;
        return current != null && current.isOverHttp2();
    }

    /** The target that was asked last, or is to be asked. */
    @Nullable
    TargetPool target() {
        return attempts.target();
    }

    @SuppressWarnings("ReferenceEquality") // which of two, not what they are like
    private boolean isOn(TargetStream stream) {
        return connection == stream;
    }

    // ---- no connection

    @Override
    public void notConnected(Throwable cause, boolean counts) {
        if (gone) {
            return;
        }
        if (counts) {
            upstream.counts().connectFailures.increment();
            attempts.targetFailed();
        }
        if (attempts.mayConnectElsewhere()) {
            tryAgain(UpstreamCounts.Retry.CONNECT_FAILURE);
        } else if (counts && !attempts.mayHaveArrived()) {
            fails(Denials.UNREACHABLE);
        } else {
            failsUnsent(Denials.UNREACHABLE);
        }
    }

    @Override
    public void busy() {
        if (!gone) {
            upstream.counts().refusedBusy.increment();
            failsUnsent(Denials.UPSTREAM_BUSY);
        }
    }

    private void tryAgain(UpstreamCounts.Retry why) {
        attempts.repeat(why);
        cycle.clock().stop();
        attempt();
    }

    /** The upstream gave no answer. */
    private void fails(Denial denial) {
        leave();
        attempts.settle(true);
        cycle.targetFailed(denial);
    }

    /** No target could be asked, this time: what one was sent before may have arrived all the same. */
    private void failsUnsent(Denial denial) {
        if (attempts.mayHaveArrived()) {
            fails(Denials.TARGET_FAILED);
        } else {
            failsWithout(denial);
        }
    }

    /** Nothing was asked of the upstream. */
    private void failsWithout(Denial denial) {
        leave();
        attempts.release();
        cycle.targetFailed(denial);
    }

    // ---- the request's body

    @Override
    public boolean wantsBody() {
        var current = connection;
        return streaming && current != null && current.isWritable();
    }

    @Override
    public void requestContinues(ByteBuf piece, boolean last) {
        var current = connection;
        if (current == null || gone) {
            piece.release();
            return;
        }
        if (mirror != null) {
            mirror.add(piece);
        }
        current.sendBody(piece);
        streamed = true;
        unflushed = true;
        if (last) {
            streaming = false;
            unflushed = false;
            current.endRequest(mayHaveTrailers() ? cycle.client().trailers() : null);
            if (mirror != null) {
                mirror.send(request);
            }
        } else if (!current.isWritable()) {
            flushRequest();
        }
    }

    /**
     * Only those of a call go on, and of them only gRPC's own. Targets may take others for fields of the head, which nobody judged. An
     * approval was given for head and body alone.
     */
    private boolean mayHaveTrailers() {
        var exchange = cycle.exchange();
        return isOverHttp2() && exchange.isGrpc() && exchange.approval() == null;
    }

    @Override
    public void flushRequest() {
        var current = connection;
        if (unflushed && current != null) {
            unflushed = false;
            current.flush();
        }
    }

    @Override
    public long unsent() {
        var current = connection;
        return current == null ? 0 : current.unsent();
    }

    @Override
    public void requestWritable() {
        if (streaming) {
            cycle.client().readOn();
        }
    }

    // ---- the answer

    /** Hints are passed on; every other field waits for the answer, which filters see. */
    @Override
    public void answerInterim(AnswerHead head) {
        interimSeen = true;
        if (!gone && head.status != 100) {
            head.headers.retain(LINK);
            cycle.relayInterim(head);
        }
    }

    @Override
    public boolean answerUpgrades(AnswerHead head) {
        var current = connection;
        if (current == null || !request.opensWebSocket()) {
            return false;
        }
        if (isOverHttp2()) {
            head.agreesToWebSocket(request.webSocketKey());
        } else if (!head.opensWebSocket(request.webSocketKey())) {
            return false;
        }
        answered(head);
        var tunnel = new Tunnel(cycle, current, upstream.idleTimeout());
        if (cycle.tunnelBegins(head, tunnel)) {
            current.tunnel(tunnel);
            cycle.clock().start(WaitClock.Reason.RELAY, upstream.idleTimeout());
            cycle.client().readOn();
        } else {
            cancel();
        }
        return true;
    }

    @Override
    public boolean answerBegins(AnswerHead head) {
        answered(head);
        cycle.clock().start(WaitClock.Reason.RELAY, upstream.idleTimeout());
        boolean bodiless = head.isBodiless(cycle.exchange().method());
        if (!cycle.relayBegins(head)) {
            cancel();
        }
        return !bodiless;
    }

    private void answered(AnswerHead head) {
        answerBegun = true;
        attempts.answered(head.status);
    }

    @Override
    public void answerContinues(ByteBuf piece) {
        if (gone) {
            piece.release();
            return;
        }
        cycle.clock().touch();
        cycle.relayContinues(piece);
        var current = connection;
        if (current != null) {
            pace(current);
        }
    }

    /** The flush within may tell that the client takes more: what was so before counts no more. */
    private void pace(TargetStream from) {
        if (cycle.client().pace(from)) {
            paused = true;
        }
    }

    /** Where nothing waits for the client it says nothing: over HTTP/2 it comes whenever another stream had filled the connection. */
    @Override
    public void onClientWritable() {
        var current = connection;
        if (paused && current != null && !gone) {
            paused = false;
            cycle.clock().touch();
            current.pauseReading(false);
        }
    }

    @Override
    public void answerEnds(@Nullable FlatHeaders trailers) {
        connection = null;
        if (!gone) {
            leave();
            cycle.relayEnds(trailers);
        }
    }

    @Override
    public void answerPauses() {
        if (answerBegun && !gone) {
            cycle.answerPauses();
        }
    }

    @Override
    public void answerFails(Throwable cause) {
        connection = null;
        if (gone) {
            return;
        }
        if (answerBegun) {
            leave();
            cycle.targetFailed(Denials.TARGET_FAILED);
            return;
        }
        if (cause instanceof HeaderListSizeException) {
            failsWithout(Denials.TARGET_TAKES_LESS); // the client's doing: every target of the kind would say so
            return;
        }
        if (cause instanceof NoRoomException) {
            changeConnection();
            return;
        }
        if (cause instanceof Http2TargetStream.NoWebSocketException) {
            notTaken();
            failsWithout(Denials.NO_WEBSOCKET);
            return;
        }
        var again = again(cause);
        if (again != null) {
            if (again == UpstreamCounts.Retry.REFUSED) {
                notTaken();
            }
            tryAgain(again);
            return;
        }
        if (!(cause instanceof ConnectionLostException lost) || lost.isFirst()) {
            attempts.targetFailed();
        }
        fails(cause instanceof MalformedException ? Denials.TARGET_MALFORMED : Denials.TARGET_FAILED);
    }

    /** Whether it waited for a connection or for an answer. */
    @Override
    public void gatewayFailed(Throwable failure) {
        cycle.breaks(failure);
    }

    /** This target has done nothing with the request. */
    private void notTaken() {
        cycle.forwarded(attempts.mayHaveArrived());
    }

    /** The target was not asked: that is no attempt, and nobody's fault. */
    private void changeConnection() {
        var current = attempts.target();
        if (current != null) {
            notTaken();
            cycle.clock().stop();
            current.acquire(connector(), this);
        }
    }

    /** Why the request may go out once more, or {@code null}. One that rides on an approval, or that the target has begun with, never does. */
    private UpstreamCounts.@Nullable Retry again(Throwable cause) {
        var exchange = cycle.exchange();
        if (interimSeen || streamed || exchange.approval() != null || cause instanceof MalformedException) {
            return null;
        }
        return attempts.after(cause, exchange, reused);
    }

    /** No answer came in time. */
    void timedOut() {
        if (gone) {
            return;
        }
        leave();
        attempts.targetFailed();
        attempts.settle(true);
        var current = connection;
        if (current != null) {
            connection = null;
            current.closeLate();
        }
    }

    /** Nothing that comes is of interest any more. */
    private void leave() {
        gone = true;
        if (mirror != null) {
            mirror.drop();
        }
    }

    @Override
    public void cancel() {
        leave();
        attempts.release();
        var current = connection;
        if (current != null) {
            connection = null;
            current.close();
        }
    }
}
