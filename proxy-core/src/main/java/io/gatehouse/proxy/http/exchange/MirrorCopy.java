package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.target.OutgoingRequest;
import io.gatehouse.proxy.http.target.TargetCall;
import io.gatehouse.proxy.http.target.Upstream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A copy of one request for another upstream, sent when the request itself has been sent whole; what is answered is dropped. Nobody
 * waits for it, it holds nothing up, and what is too large or too many is not copied. Used on its event loop only.
 */
final class MirrorCopy {
    private static final AsciiString MARK = AsciiString.cached("gatehouse-mirror");
    private static final AsciiString TRUE = AsciiString.cached("true");
    private static final int MOST_BYTES = 64 << 10;
    private static final int MOST_IN_FLIGHT = 64;

    private final Upstream upstream;
    private final ClientSide client;
    private final HttpExchange exchange;
    private @Nullable ByteBuf body;
    /** What the copy of the body takes of the memory that all bodies share. */
    private int kept;

    private boolean dropped;

    private MirrorCopy(Upstream upstream, ClientSide client, HttpExchange exchange) {
        this.upstream = upstream;
        this.client = client;
        this.exchange = exchange;
    }

    /** A copy to be made of a request, or {@code null}. One that rides on an approval is never copied. */
    static @Nullable MirrorCopy of(HttpExchange exchange, ClientSide client) {
        var mirror = exchange.compiledRoute().mirror();
        if (mirror == null
                || exchange.approval() != null
                || ThreadLocalRandom.current().nextDouble() >= mirror.share()) {
            return null;
        }
        if (client.state().pool(mirror.to()).mirrored >= MOST_IN_FLIGHT) {
            mirror.to().counts().mirrorsDropped.increment();
            return null;
        }
        return new MirrorCopy(mirror.to(), client, exchange);
    }

    /** Copies a piece of the body, which stays the caller's. */
    void add(ByteBuf piece) {
        if (dropped || !piece.isReadable()) {
            return;
        }
        int bytes = piece.readableBytes();
        if (bytes > MOST_BYTES - kept || !client.plane().bodies().take(bytes)) {
            giveUp();
            return;
        }
        kept += bytes;
        var copy = body;
        try {
            copy = copy == null ? client.alloc().buffer(bytes) : copy.ensureWritable(bytes);
        } catch (OutOfMemoryError none) {
            giveUp(); // the request itself needs none of it
            return;
        }
        body = copy.writeBytes(piece, piece.readerIndex(), bytes);
    }

    private void giveUp() {
        upstream.counts().mirrorsDropped.increment();
        drop();
    }

    /** The request is whole: sends the copy. {@code fields} as they went to the target. */
    void send(OutgoingRequest request) {
        if (dropped) {
            return;
        }
        var whole = body == null ? Unpooled.EMPTY_BUFFER : body;
        body = null;
        dropped = true;
        var pool = client.state().pool(upstream);
        var target = pool.next(List.of());
        if (target == null || pool.mirrored >= MOST_IN_FLIGHT || request.opensWebSocket()) {
            upstream.counts().mirrorsDropped.increment();
            whole.release();
            giveBack();
            return;
        }
        var headers = new FlatHeaders();
        request.fields(headers::append);
        headers.append(MARK, TRUE);
        pool.mirrored++;
        upstream.counts().mirrored.increment();
        long length = whole.isReadable()
                ? whole.readableBytes()
                : request.length() == OutgoingRequest.NO_BODY ? OutgoingRequest.NO_BODY : 0;
        new TargetCall(
                        target,
                        new TargetCall.Request(
                                exchange.method(),
                                exchange.path(),
                                exchange.query(),
                                upstream.host(exchange.authority()),
                                headers,
                                whole,
                                length),
                        upstream.responseTimeout(),
                        status -> {
                            pool.mirrored--;
                            giveBack();
                        })
                .start(client.plane().connector());
    }

    /** The request was not sent whole, or cannot be copied. */
    void drop() {
        if (dropped) {
            return;
        }
        dropped = true;
        var copy = body;
        if (copy != null) {
            body = null;
            copy.release();
        }
        giveBack();
    }

    private void giveBack() {
        client.plane().bodies().giveBack(kept);
        kept = 0;
    }
}
