package io.gatehouse.proxy.http.client;

import io.gatehouse.proxy.ListenerConfig;
import io.gatehouse.proxy.http.message.FieldBlock;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder.SensitivityDetector;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import io.netty.util.AsciiString;

/**
 * The parts of Netty's HTTP/2 codec as one connection uses them: heads are read straight into ours, the connection's window is
 * given back at once, so that a stalled stream holds up no other, and priorities are ignored (RFC 9113, 5.3.1).
 */
record Http2Codec(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings, FieldBlock block) {
    /** Parts of a head that are not its last and smaller than half a frame. */
    private static final int MOST_SMALL_CONTINUATIONS = 16;
    /** What HPACK counts for a field besides its bytes (RFC 7541, 4.1). */
    private static final int FIELD_OVERHEAD = 32;

    private static final int PSEUDO_HEADERS = 5;
    private static final AsciiString SET_COOKIE = AsciiString.cached("set-cookie");
    private static final AsciiString REQUEST_ID = AsciiString.cached("x-request-id");
    /** Secrets are not kept in a table, and neither is what comes only once. */
    private static final SensitivityDetector NEVER_INDEXED =
            (name, value) -> SET_COOKIE.contentEquals(name) || REQUEST_ID.contentEquals(name);

    /** A codec for one new connection. */
    static Http2Codec of(ListenerConfig listener) {
        var limits = listener.limits();
        int line = limits.requestLine().toInt();
        int heads = limits.headers().toInt();
        long listSize = line + heads + (long) FIELD_OVERHEAD * (limits.headerCount() + PSEUDO_HEADERS);
        var block = new FieldBlock(line, heads, limits.headerCount());
        var connection = new DefaultHttp2Connection(true);
        connection.remote().maxActiveStreams(listener.http2().streams());
        connection.local().flowController(new DefaultHttp2LocalFlowController(connection, 0.5f, true));
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(connection, new UniformStreamByteDistributor(connection)));
        var encoder = new DefaultHttp2ConnectionEncoder(
                connection, new DefaultHttp2FrameWriter(new DefaultHttp2HeadersEncoder(NEVER_INDEXED, true)));
        var reader = new DefaultHttp2FrameReader(new IntoBlock(connection, block, listSize), MOST_SMALL_CONTINUATIONS);
        var decoder = new DefaultHttp2ConnectionDecoder(
                connection, encoder, reader, Http2PromisedRequestVerifier.ALWAYS_VERIFY, true, true, false, false);
        var settings = new Http2Settings()
                .maxConcurrentStreams(listener.http2().streams())
                .initialWindowSize(listener.http2().window().toInt())
                .maxHeaderListSize(listSize)
                .connectProtocolEnabled(true);
        return new Http2Codec(decoder, encoder, settings, block);
    }

    /** Decodes every block into the one of its connection. */
    private static final class IntoBlock extends DefaultHttp2HeadersDecoder {
        private final Http2Connection connection;
        private final FieldBlock block;

        IntoBlock(Http2Connection connection, FieldBlock block, long listSize) {
            super(false, listSize); // the block itself is stricter
            this.connection = connection;
            this.block = block;
        }

        @Override
        public Http2Headers decodeHeaders(int streamId, ByteBuf bytes) throws Http2Exception {
            block.begin();
            var fields = super.decodeHeaders(streamId, bytes);
            var stream = connection.stream(streamId);
            if (stream != null && stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE) {
                throw Http2Exception.streamError(streamId, Http2Error.STREAM_CLOSED, "the request has ended");
            }
            return fields;
        }

        @Override
        protected Http2Headers newHeaders() {
            return block;
        }
    }
}
