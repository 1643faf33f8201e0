package io.gatehouse.proxy.http;

import io.gatehouse.proxy.http.message.AnswerHead;
import io.gatehouse.proxy.http.message.Chunks;
import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.message.MalformedException;
import io.gatehouse.proxy.http.message.Methods;
import io.gatehouse.proxy.http.message.WebSocketHandshake;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Carries one request to an upstream and its answer back, piece by piece, at the pace of the slower side. */
final class UpstreamRelay implements TargetSide, UpstreamPool.Waiter, UpstreamConnection.AnswerReader {
    private static final AsciiString HOST = AsciiString.cached("host");
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    private static final AsciiString GATEHOUSE_APPROVAL = AsciiString.cached("gatehouse-approval");
    private static final AsciiString LINK = AsciiString.cached("link");
    private static final byte[] UPGRADE =
            "connection: upgrade\r\nupgrade: websocket\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TRAILERS = "connection: te\r\nte: trailers\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CHUNKED = "transfer-encoding: chunked\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int COPY_LIMIT = 4096;

    private final RequestCycle cycle;
    private final Upstream upstream;
    private final UpstreamPool pool;
    private @Nullable UpstreamConnection connection;
    private boolean streaming;
    private boolean chunked;
    private boolean reused;
    private boolean repeated;
    private boolean answerBegun;
    private boolean gone;
    private boolean unflushed;
    /** What the target must answer to where a WebSocket is to be opened. */
    private String webSocketKey = "";

    UpstreamRelay(RequestCycle cycle, Upstream upstream) {
        this.cycle = cycle;
        this.upstream = upstream;
        this.pool = cycle.client().state().pool(upstream);
    }

    void start() {
        var idle = pool.poll();
        if (idle != null) {
            connected(idle, true);
        } else {
            pool.connect(cycle.client().plane().connector(), this);
        }
    }

    @Override
    public boolean isGone() {
        return gone;
    }

    @Override
    public void connected(UpstreamConnection ready, boolean wasIdle) {
        connection = ready;
        reused = wasIdle;
        ready.begin(this);
        cycle.forwarded(true);
        cycle.clock().start(WaitClock.Reason.ANSWER, upstream.responseTimeout());
        var client = cycle.client();
        streaming = !client.hasReadBody();
        var body = cycle.exchange().bufferedBody();
        var head = head(ready.address(), body);
        if (body.isReadable() && head.writableBytes() >= body.readableBytes()) {
            head.writeBytes(body, body.readerIndex(), body.readableBytes());
            ready.send(head);
        } else {
            ready.send(head);
            if (body.isReadable()) {
                ready.send(body.retainedDuplicate());
            }
        }
        unflushed = true;
        if (streaming) {
            cycle.body().askForIt();
            client.readOn();
        } else {
            ready.requestEnds();
        }
        if (!client.isProcessing()) {
            flushRequest();
        }
    }

    private ByteBuf head(Upstream.Address address, ByteBuf body) {
        var exchange = cycle.exchange();
        var request = cycle.requestHead();
        var writer = cycle.client().state().writer;
        var headers = exchange.flatHeaders();
        headers.remove(GATEHOUSE_APPROVAL);
        if (request.webSocket) {
            headers.remove(HttpExchange.UPGRADE);
        }
        writer.requestLine(exchange.method().asciiName(), exchange.path(), exchange.query());
        writer.field(HOST, address.host());
        writer.fields(headers);
        writer.line(exchange.origin().lines(exchange.authority()));
        if (request.webSocket) {
            writer.line(UPGRADE);
            webSocketKey(headers);
        } else if (request.acceptsTrailers) {
            writer.line(TRAILERS);
        }
        chunked = streaming && request.chunked;
        if (chunked) {
            writer.line(CHUNKED);
        } else if (streaming) {
            writer.field(CONTENT_LENGTH, request.contentLength);
        } else if (body.isReadable() || request.contentLength >= 0 || request.chunked) {
            writer.field(CONTENT_LENGTH, body.readableBytes());
        }
        int length = body.readableBytes();
        return writer.end(cycle.client().alloc(), length <= COPY_LIMIT ? length : 0);
    }

    /** A client over HTTP/2 gives no key: then the gateway makes one. */
    private void webSocketKey(FlatHeaders headers) {
        var given = headers.get(WebSocketHandshake.KEY);
        if (given == null) {
            webSocketKey = WebSocketHandshake.newKey();
            var writer = cycle.client().state().writer;
            writer.field(WebSocketHandshake.KEY, webSocketKey);
        } else {
            webSocketKey = given;
        }
    }

    @Override
    public void notConnected(Throwable cause) {
        if (!gone) {
            cycle.forwarded(false);
            cycle.targetFailed(Denials.UNREACHABLE);
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
        if (chunked && piece.isReadable()) {
            current.send(Chunks.begin(piece.alloc(), piece.readableBytes()));
            current.send(piece);
            current.send(Chunks.end());
        } else {
            current.send(piece);
        }
        unflushed = true;
        if (last) {
            if (chunked) {
                current.send(lastChunk());
            }
            streaming = false;
            current.flush();
            unflushed = false;
            current.requestEnds();
        } else if (!current.isWritable()) {
            flushRequest();
        }
    }

    /** An approval was given for head and body: what may follow the body was not part of it. */
    private ByteBuf lastChunk() {
        var client = cycle.client();
        var trailers = cycle.exchange().approval() == null ? client.trailers() : null;
        return trailers == null ? Chunks.last() : Chunks.last(client.state().writer, client.alloc(), trailers);
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
    public void requestWritable() {
        if (streaming) {
            cycle.clock().touch();
            cycle.client().readOn();
        }
    }

    // ---- the answer

    /** Hints are passed on; every other field waits for the answer, which filters see. */
    @Override
    public void answerInterim(AnswerHead head) {
        if (!gone) {
            head.headers.retain(LINK);
            cycle.relayInterim(head);
        }
    }

    @Override
    public boolean answerUpgrades(AnswerHead head) {
        var current = connection;
        if (current == null || !cycle.requestHead().webSocket || !head.opensWebSocket(webSocketKey)) {
            return false;
        }
        answerBegun = true;
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
        answerBegun = true;
        cycle.clock().start(WaitClock.Reason.RELAY, upstream.idleTimeout());
        boolean bodiless = head.isBodiless(cycle.exchange().method());
        if (!cycle.relayBegins(head)) {
            cancel();
        }
        return !bodiless;
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
            current.paceBy(cycle.client());
        }
    }

    @Override
    public void onClientWritable() {
        var current = connection;
        if (current != null && !gone) {
            cycle.clock().touch();
            current.pauseReading(false);
        }
    }

    @Override
    public void answerEnds(@Nullable FlatHeaders trailers) {
        connection = null;
        if (!gone) {
            gone = true;
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
        if (!(cause instanceof MalformedException) && mayRepeat()) {
            repeated = true;
            cycle.forwarded(false);
            pool.connect(cycle.client().plane().connector(), this);
            return;
        }
        gone = true;
        cycle.targetFailed(
                cause instanceof MalformedException && !answerBegun ? Denials.TARGET_MALFORMED : Denials.TARGET_FAILED);
    }

    /**
     * A target may close an idle connection in the moment that it is used again. A request without a body that is safe to
     * repeat goes out once more then, on a new connection; one that rides on an approval never does.
     */
    private boolean mayRepeat() {
        HttpMethod method = cycle.exchange().method();
        return reused
                && !repeated
                && !answerBegun
                && !streaming
                && Methods.isRepeatable(method)
                && !cycle.exchange().bufferedBody().isReadable()
                && cycle.exchange().approval() == null;
    }

    @Override
    public void cancel() {
        gone = true;
        var current = connection;
        if (current != null) {
            connection = null;
            current.close();
        }
    }
}
