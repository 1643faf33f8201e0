package io.gatehouse.proxy.http.target;

import io.gatehouse.proxy.http.message.FlatHeaders;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One request's way to a target and its answer's way back: an HTTP/1.1 connection, or a stream of one that speaks HTTP/2. Used on
 * its event loop only. Not SPI.
 */
public interface TargetStream {
    /** Whether the target speaks HTTP/2. */
    boolean isOverHttp2();

    /** Takes a request up; what comes of it is {@code reader}'s. */
    void begin(AnswerReader reader);

    /**
     * Sends a request's head.
     *
     * @param body what is there of the body; stays the caller's
     * @param more whether more of it follows; else the request ends here
     */
    void sendHead(OutgoingRequest request, ByteBuf body, boolean more);

    /** Sends a piece of the body; ownership passes here. */
    void sendBody(ByteBuf piece);

    /** Ends a request of which more was to follow. */
    void endRequest(@Nullable FlatHeaders trailers);

    void flush();

    /** Whether more of the body may be sent at this moment. */
    boolean isWritable();

    /** Bytes of the request that were sent and that the target has not taken, as far as they are in memory. */
    long unsent();

    void pauseReading(boolean paused);

    /**
     * From now on bytes pass both ways, until each side has ended its direction: {@link #endRequest} ends ours. Only where the target
     * has agreed to a WebSocket.
     */
    void tunnel(AnswerReader passedOn);

    /** Breaks off; whoever read the answer hears nothing more. */
    void close();

    /** Drops what the target has not taken by now, though its answer is over. */
    void giveUp();

    /** As {@link #close}, and nothing else is asked on this connection if it seems to be dead: no answer came in time. */
    void closeLate();
}
