package io.gatehouse.proxy.http.client;

import io.gatehouse.proxy.Protocol;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.http.exchange.Denials;
import io.gatehouse.proxy.http.exchange.RequestFacts;
import io.gatehouse.proxy.http.message.FieldBlock;
import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.message.MalformedException;
import io.gatehouse.proxy.http.message.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes requests of what Netty's codec reads on one connection, and tells each what concerns it. */
final class Http2Requests extends Http2EventAdapter {
    private final Http2ClientConnection connection;
    private final FieldBlock block;
    private final Http2Connection.PropertyKey key;
    private final List<Http2ClientStream> touched = new ArrayList<>();
    private int lastStream = -1;
    private boolean streamsSkipped;

    Http2Requests(Http2ClientConnection connection, FieldBlock block) {
        this.connection = connection;
        this.block = block;
        this.key = connection.connection().newKey();
    }

    @Nullable
    Http2ClientStream of(Http2Stream stream) {
        return stream.getProperty(key);
    }

    /** Whether the client has not numbered its streams one after the other, so that what is over may never have been. */
    boolean areSkipped() {
        return streamsSkipped;
    }

    /** The present read is over: sends on what it led to. */
    void onReadComplete() {
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).onReadComplete();
        }
        touched.clear();
    }

    private Http2ClientStream touch(Http2ClientStream request) {
        if (!request.touched) {
            request.touched = true;
            touched.add(request);
        }
        return request;
    }

    private Http2Stream stream(int id) {
        return Objects.requireNonNull(connection.connection().stream(id));
    }

    // ---- heads

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
        var stream = stream(id);
        var request = of(stream);
        if (request == null) {
            begins(stream, last);
        } else {
            touch(request).receiveTrailers(trailers(stream));
        }
    }

    private void begins(Http2Stream stream, boolean last) throws Http2Exception {
        connection.plane().protocols().request(Protocol.HTTP2);
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
        if (connection.plane().streams().get() >= connection.listener().http2().requests()) {
            throw Http2Exception.streamError(stream.id(), Http2Error.REFUSED_STREAM, "too many requests at once");
        }
        var request = touch(open(stream, head, last));
        try {
            request.begin(RequestFacts.of(connection.state().loop, connection.listener(), head));
        } catch (MalformedException malformed) {
            connection.plane().refusedAtOnce(head, connection.listener(), malformed.denial());
            request.refuse(malformed.denial());
        } catch (Throwable failure) {
            request.breaks(failure);
        }
    }

    private Http2ClientStream open(Http2Stream stream, RequestHead head, boolean last) {
        var request = new Http2ClientStream(connection, stream, head, last);
        stream.setProperty(key, request);
        connection.plane().streams().incrementAndGet();
        return request;
    }

    /** Answers what was not even a request. */
    void refuse(Http2Stream stream, Denial denial, boolean last) {
        open(stream, new RequestHead(), last).refuse(denial);
    }

    private Http2Exception violation(Http2Stream stream) {
        connection.state().meters.refused(Denials.HTTP2_VIOLATION);
        return Http2Exception.streamError(stream.id(), Http2Error.PROTOCOL_ERROR, "the message is malformed");
    }

    private @Nullable FlatHeaders trailers(Http2Stream stream) throws Http2Exception {
        try {
            return block.trailers();
        } catch (MalformedException malformed) {
            throw violation(stream);
        }
    }

    // ---- the rest

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean last)
            throws Http2Exception {
        var request = of(stream(id));
        return request == null ? data.readableBytes() + padding : touch(request).receive(data, padding, last);
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long data) {
        connection.farewell().onPingAck(data);
    }

    @Override
    public void onGoAwayReceived(int last, long code, ByteBuf debug) {
        connection.farewell().onClientLeaves();
    }

    @Override
    public void onStreamHalfClosed(Http2Stream stream) {
        var request = of(stream);
        if (request != null) {
            connection.output().answered(request);
        }
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        var request = of(stream);
        if (request != null) {
            connection.plane().streams().decrementAndGet();
            request.onClosed();
        }
        connection.farewell().streamEnded();
    }

    void writabilityChanged(Http2Stream stream) {
        var request = of(stream);
        if (request != null && connection.output().isWritable(stream)) {
            request.onWritable();
        }
    }
}
