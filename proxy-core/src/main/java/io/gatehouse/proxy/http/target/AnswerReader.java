package io.gatehouse.proxy.http.target;

import io.gatehouse.proxy.http.message.AnswerHead;
import io.gatehouse.proxy.http.message.FlatHeaders;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Who reads a target's answer. Called on the event loop, in order: head, pieces, end; or failed, at any point before the end. Not
 * SPI.
 */
public interface AnswerReader {
    /** An interim answer has come, other than 101: the target has begun with the request. */
    void answerInterim(AnswerHead head);

    /**
     * A 101 has come, or over HTTP/2 an answer from 200 to 299 to the handshake of a WebSocket. Answers whether it opens the tunnel
     * that was asked for; then the reader has called {@link TargetStream#tunnel} or {@link TargetStream#close}.
     */
    boolean answerUpgrades(AnswerHead head);

    /** The head has come; answers whether a body may follow. */
    boolean answerBegins(AnswerHead head);

    /** Takes ownership of the piece. */
    void answerContinues(ByteBuf piece);

    /** The answer is whole; {@code trailers}: the fields behind its body that may be passed on, or {@code null}. */
    void answerEnds(@Nullable FlatHeaders trailers);

    void answerFails(Throwable cause);

    /** As {@link #answerFails}, but for something within the gateway that nobody expected: no target is to blame. */
    default void gatewayFailed(Throwable failure) {
        answerFails(failure);
    }

    /** All that was read for now has been passed on. */
    void answerPauses();

    /** Whether more may be sent to the target. */
    void requestWritable();
}
