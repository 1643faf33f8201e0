package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.ListenerConfig;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.http.message.AnswerHead;
import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.origin.ClientOrigin;
import io.gatehouse.proxy.http.target.TargetStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of one request: an HTTP/1.1 connection, or a stream of an HTTP/2 connection. Used on its event loop only. Order
 * of an answer: head, pieces, end; nothing is sent before a flush. Not SPI.
 */
public interface ClientSide {
    DataPlaneContext plane();

    ListenerConfig listener();

    EventLoopState state();

    ByteBufAllocator alloc();

    /** Who is at the other end of the connection. */
    ClientOrigin origin();

    /** Whether the client speaks HTTP/2. */
    default boolean isOverHttp2() {
        return false;
    }

    // ---- the request's body

    /**
     * Whether all of the body has been handed to the request. The handshake of a WebSocket has none: true until
     * {@link #beginTunnel}, also over HTTP/2, where the stream stays open.
     */
    boolean hasReadBody();

    /** The fields behind the body that may be passed on, or {@code null}; known once {@link #hasReadBody}. */
    @Nullable
    FlatHeaders trailers();

    /** Hands over what has come of the body, as far as the request wants it. */
    void pull();

    /** As {@link #pull}, and sends on what that led to. */
    void readOn();

    /** Lets a client that waits for leave send its body. */
    void sendContinue();

    // ---- the answer

    /** Writes an interim answer, other than 100 and 101; nothing to a client that knows none (HTTP/1.0). */
    void writeInterim(AnswerHead interim);

    /**
     * Writes the head of the answer that opens a WebSocket: 101 over HTTP/1.1, 200 without {@code Sec-WebSocket-Accept} over HTTP/2.
     * What the client sends from then on is handed to the request piece by piece as a body without limit, the last when the client
     * ends its direction; until then {@link #hasReadBody} is false. {@link #writePiece} passes bytes on as they are, and
     * {@link #writeEnd} ends our direction alone. The request ends when both directions have.
     */
    void beginTunnel(AnswerHead answer);

    /**
     * Writes an answer's head.
     *
     * @param bodiless whether no body follows, whatever the head says
     */
    void writeHead(AnswerHead answer, boolean bodiless);

    /** Writes a piece of an answer's body; ownership passes here. */
    void writePiece(ByteBuf piece);

    /** Ends an answer; {@code trailers}, if there are any, only where the client takes them. */
    void writeEnd(@Nullable FlatHeaders trailers);

    /** Writes an answer of the gateway itself, whole. */
    default void writeLocal(LocalResponse response) {
        writeHead(AnswerHead.of(response), false);
        writePiece(Unpooled.wrappedBuffer(response.bytes()));
        writeEnd(null);
    }

    void flush();

    /** Sends what is written together with whatever else the present read leads to. */
    void flushSoon();

    /** Whether what was received is being worked on: then flushes can wait for its end. */
    boolean isProcessing();

    /** Whether the client takes more at this moment. */
    boolean isWritable();

    /** Lets a target send no faster than the client takes. Answers whether it waits from now on. */
    default boolean pace(TargetStream target) {
        if (isWritable()) {
            return false;
        }
        flush();
        if (isWritable()) {
            return false;
        }
        target.pauseReading(true);
        return true;
    }

    // ---- ends

    /** Nothing sensible can follow what was written: ends it so that the client sees a broken answer. */
    void abort();

    /** The request has ended and its answer is written. */
    void cycleEnded(long now);
}
