package io.gatehouse.proxy.http.target;

import io.gatehouse.proxy.http.message.FieldSink;
import io.netty.handler.codec.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/** What is asked of a target, whatever protocol carries it. Not SPI. */
public interface OutgoingRequest {
    /** The length of a body that tells by its end alone how long it is. */
    long UNKNOWN = -1;
    /** The length of no body. */
    long NO_BODY = -2;

    HttpMethod method();

    String path();

    @Nullable
    String query();

    /** What {@code Host} says; empty for the target's own name. */
    String host();

    /** Writes every field that is not about this hop. */
    void fields(FieldSink sink);

    /** Bytes of the body, {@link #UNKNOWN} or {@link #NO_BODY}. */
    long length();

    /** Whether it is the handshake of a WebSocket. */
    boolean opensWebSocket();

    /** Whether trailers behind the answer are of use. */
    boolean acceptsTrailers();
}
