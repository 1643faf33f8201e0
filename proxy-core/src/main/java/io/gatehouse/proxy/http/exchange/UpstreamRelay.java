package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.http.message.AnswerHead;
import io.gatehouse.proxy.http.message.FieldSink;
import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.message.MalformedException;
import io.gatehouse.proxy.http.message.Methods;
import io.gatehouse.proxy.http.message.WebSocketHandshake;
import io.gatehouse.proxy.http.target.AnswerReader;
import io.gatehouse.proxy.http.target.Http2TargetStream;
import io.gatehouse.proxy.http.target.NoRoomException;
import io.gatehouse.proxy.http.target.NotProcessedException;
import io.gatehouse.proxy.http.target.OutgoingRequest;
import io.gatehouse.proxy.http.target.TargetPool;
import io.gatehouse.proxy.http.target.TargetStream;
import io.gatehouse.proxy.http.target.Upstream;
import io.gatehouse.proxy.http.target.UpstreamCounts;
import io.gatehouse.proxy.http.target.UpstreamPool;
import io.gatehouse.proxy.http.target.Waiter;
import io.gatehouse.proxy.http.transport.Connector;
import io.gatehouse.proxy.upstream.RetryConfig;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http2.Http2Exception.HeaderListSizeException;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Carries one request to an upstream and its answer back, piece by piece, at the pace of the slower side. */
final class UpstreamRelay implements TargetSide, OutgoingRequest, Waiter, AnswerReader {
    private static final AsciiString GATEHOUSE_APPROVAL = AsciiString.cached("gatehouse-approval");
    private static final AsciiString LINK = AsciiString.cached("link");

    private final RequestCycle cycle;
    private final Upstream upstream;
    private final UpstreamPool pool;
    private final @Nullable MirrorCopy mirror;
    private @Nullable TargetPool target;
    private @Nullable TargetStream connection;
    /** Targets that were tried in vain. */
    private List<TargetPool> tried = List.of();

    private int attempts;
    private boolean streaming;
    /** Part of the body has been passed on as it came: it is not there to be sent once more. */
    private boolean streamed;

    private boolean reused;
    private boolean repeated;
    private boolean admitted;
    private boolean answerBegun;
    /** An interim answer has come: whatever the target says afterwards, it has begun with the request. */
    private boolean interimSeen;

    /** The target is to wait until the client takes more. */
    private boolean paused;

    private boolean gone;
    private boolean unflushed;
    /** What the target must answer to where a WebSocket is to be opened. */
    private String webSocketKey = "";

    /** A relay; {@code mirror}: what takes a copy of the request, or {@code null}. */
    UpstreamRelay(RequestCycle cycle, Upstream upstream, @Nullable MirrorCopy mirror) {
        this.cycle = cycle;
        this.upstream = upstream;
        this.mirror = mirror;
        this.pool = cycle.client().state().pool(upstream);
    }

    void start() {
        var breaker = upstream.breaker();
        if (breaker != null) {
            if (!breaker.admits()) {
                upstream.counts().refusedOpen.increment();
                fails(breaker.denial());
                return;
            }
            admitted = true;
        }
        pool.retries().request();
        attempt();
    }

    private void attempt() {
        var next = pool.next(tried);
        if (next == null) {
            failsWithout(Denials.UNREACHABLE);
            return;
        }
        attempts++;
        target = next;
        next.acquire(connector(), this);
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
        if (cycle.requestHead().webSocket) {
            webSocketKey();
        }
        ready.sendHead(this, cycle.exchange().bufferedBody(), streaming);
        if (!isOn(ready)) {
            return; // it could not be sent, and that has been dealt with
        }
        unflushed = true;
        if (streaming) {
            cycle.body().askForIt();
            client.readOn();
        } else if (mirror != null) {
            mirror.add(cycle.exchange().bufferedBody());
            mirror.send(this);
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
        return target;
    }

    @SuppressWarnings("ReferenceEquality") // which of two, not what they are like
    private boolean isOn(TargetStream stream) {
        return connection == stream;
    }

    // ---- what is asked of the target

    @Override
    public HttpMethod method() {
        return cycle.exchange().method();
    }

    @Override
    public String path() {
        return cycle.exchange().path();
    }

    @Override
    public @Nullable String query() {
        return cycle.exchange().query();
    }

    @Override
    public void fields(FieldSink sink) {
        var exchange = cycle.exchange();
        var headers = exchange.flatHeaders();
        headers.remove(GATEHOUSE_APPROVAL);
        if (cycle.requestHead().webSocket) {
            headers.remove(HttpExchange.UPGRADE);
        }
        sink.fields(headers);
        sink.fields(exchange.origin().fields(exchange.authority()));
    }

    @Override
    public long length() {
        var request = cycle.requestHead();
        if (streaming) {
            return request.contentLength >= 0 ? request.contentLength : UNKNOWN;
        }
        int there = cycle.exchange().bufferedBody().readableBytes();
        return there > 0 || request.contentLength >= 0 || request.chunked ? there : NO_BODY;
    }

    @Override
    public boolean opensWebSocket() {
        return cycle.requestHead().webSocket;
    }

    @Override
    public boolean acceptsTrailers() {
        return cycle.requestHead().acceptsTrailers;
    }

    /** Of a client over HTTP/2 no key is taken: then the gateway makes one. A target over HTTP/2 gets none. */
    private void webSocketKey() {
        var headers = cycle.exchange().flatHeaders();
        if (webSocketKey.isEmpty()) {
            var given = headers.get(WebSocketHandshake.KEY);
            webSocketKey = given == null ? WebSocketHandshake.newKey() : given;
        }
        if (isOverHttp2()) {
            headers.remove((CharSequence) WebSocketHandshake.KEY);
        } else {
            headers.set(WebSocketHandshake.KEY, webSocketKey);
        }
    }

    // ---- no connection

    @Override
    public void notConnected(Throwable cause, boolean counts) {
        if (gone) {
            return;
        }
        cycle.forwarded(false);
        if (counts) {
            upstream.counts().connectFailures.increment();
            targetFailed();
        }
        if (upstream.retry().takes(RetryConfig.Reason.CONNECT_FAILURE) && mayTryAgain()) {
            tryAgain(UpstreamCounts.Retry.CONNECT_FAILURE);
        } else if (counts) {
            fails(Denials.UNREACHABLE);
        } else {
            failsWithout(Denials.UNREACHABLE);
        }
    }

    @Override
    public void busy() {
        if (!gone) {
            upstream.counts().refusedBusy.increment();
            cycle.forwarded(false);
            failsWithout(Denials.UPSTREAM_BUSY);
        }
    }

    /** The target is to blame. */
    private void targetFailed() {
        var current = target;
        if (current != null && current.endpoint().failed()) {
            upstream.counts().ejections.increment();
        }
    }

    private boolean mayTryAgain() {
        if (attempts >= upstream.retry().attempts()) {
            return false;
        }
        boolean may = pool.retries().take();
        if (!may) {
            upstream.counts().retriesDenied.increment();
        }
        return may;
    }

    private void tryAgain(UpstreamCounts.Retry why) {
        upstream.counts().retries(why).increment();
        var failed = target;
        if (failed != null) {
            var more = new ArrayList<>(tried);
            more.add(failed);
            tried = more;
        }
        cycle.clock().stop();
        attempt();
    }

    /** The upstream gave no answer. */
    private void fails(Denial denial) {
        leave();
        settleBreaker(true);
        cycle.targetFailed(denial);
    }

    /** Nothing was asked of the upstream. */
    private void failsWithout(Denial denial) {
        leave();
        releaseBreaker();
        cycle.targetFailed(denial);
    }

    private void settleBreaker(boolean failed) {
        var breaker = upstream.breaker();
        if (admitted && breaker != null) {
            admitted = false;
            breaker.ended(failed);
        }
    }

    private void releaseBreaker() {
        var breaker = upstream.breaker();
        if (admitted && breaker != null) {
            admitted = false;
            breaker.released();
        }
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
                mirror.send(this);
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
        if (current == null || !cycle.requestHead().webSocket) {
            return false;
        }
        if (isOverHttp2()) {
            head.agreesToWebSocket(webSocketKey);
        } else if (!head.opensWebSocket(webSocketKey)) {
            return false;
        }
        answered(head);
        var tunnel = new Tunnel(cycle, current);
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
        var current = target;
        if (current != null) {
            if (head.status < 500 || !upstream.config().ejection().serverErrors()) {
                current.endpoint().succeeded();
            } else {
                targetFailed();
            }
        }
        var breaker = upstream.breaker();
        if (breaker != null) {
            settleBreaker(breaker.isFailure(head.status));
        }
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
            cycle.forwarded(false);
            failsWithout(Denials.NO_WEBSOCKET);
            return;
        }
        var again = again(cause);
        if (again == UpstreamCounts.Retry.STALE || (again != null && mayTryAgain())) {
            repeated = true;
            cycle.forwarded(false);
            tryAgain(again);
            return;
        }
        targetFailed();
        fails(cause instanceof MalformedException ? Denials.TARGET_MALFORMED : Denials.TARGET_FAILED);
    }

    /** The target was not asked: that is no attempt, and nobody's fault. */
    private void changeConnection() {
        var current = target;
        if (current != null) {
            cycle.forwarded(false);
            cycle.clock().stop();
            current.acquire(connector(), this);
        }
    }

    /**
     * Why the request may go out once more, or {@code null}. One that rides on an approval, or that the target has begun with, never
     * does. A target may close an idle connection in the moment that it is used again: then what is safe to repeat goes out again,
     * however few attempts there may be.
     */
    private UpstreamCounts.@Nullable Retry again(Throwable cause) {
        var exchange = cycle.exchange();
        if (interimSeen || streamed || exchange.approval() != null || cause instanceof MalformedException) {
            return null;
        }
        if (cause instanceof NotProcessedException) {
            return UpstreamCounts.Retry.REFUSED;
        }
        if (reused
                && !repeated
                && Methods.isRepeatable(exchange.method())
                && !exchange.bufferedBody().isReadable()) {
            return UpstreamCounts.Retry.STALE;
        }
        boolean configured = upstream.retry().takes(RetryConfig.Reason.RESET_BEFORE_RESPONSE);
        return configured && Methods.isIdempotent(exchange.method()) ? UpstreamCounts.Retry.RESET : null;
    }

    /** No answer came in time. */
    void timedOut() {
        if (gone) {
            return;
        }
        leave();
        targetFailed();
        settleBreaker(true);
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
        releaseBreaker();
        var current = connection;
        if (current != null) {
            connection = null;
            current.close();
        }
    }
}
