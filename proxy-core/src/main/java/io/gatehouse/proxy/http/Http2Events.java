package io.gatehouse.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.Objects;

/** What Netty's codec tells of one connection, passed to it. */
final class Http2Events extends Http2EventAdapter {
    private final Http2ClientConnection connection;

    Http2Events(Http2ClientConnection connection) {
        this.connection = connection;
    }

    private Http2Stream stream(int id) {
        return Objects.requireNonNull(connection.connection().stream(id));
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
        var stream = stream(id);
        if (connection.streamOf(stream) == null) {
            connection.onHead(stream, last);
        } else {
            connection.onTrailers(stream);
        }
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean last)
            throws Http2Exception {
        return connection.onData(stream(id), data, padding, last);
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long data) {
        connection.onPingAck(data);
    }

    @Override
    public void onGoAwayReceived(int lastStream, long code, ByteBuf debug) {
        connection.onClientLeaves();
    }

    @Override
    public void onStreamHalfClosed(Http2Stream stream) {
        var request = connection.streamOf(stream);
        if (request != null) {
            connection.answered(request);
        }
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        connection.onStreamClosed(stream);
    }

    void writabilityChanged(Http2Stream stream) {
        var request = connection.streamOf(stream);
        if (request != null && connection.isWritable(stream)) {
            request.onWritable();
        }
    }
}
