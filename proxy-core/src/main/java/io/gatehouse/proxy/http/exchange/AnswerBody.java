package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.filter.BodyTransform;
import io.gatehouse.proxy.http.message.AnswerHead;
import io.gatehouse.proxy.http.message.FlatHeaders;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The body of one answer on its way to the client: counted, and passed through what filters put in its way. */
final class AnswerBody {
    private final RequestCycle cycle;
    private final ClientSide client;
    private @Nullable BodyTransform transform;
    private long sent;

    AnswerBody(RequestCycle cycle, ClientSide client) {
        this.cycle = cycle;
        this.client = client;
    }

    /** Takes over what filters put in the way of the body, which nothing of passes where {@code bodiless}. */
    void begins(AnswerHead head, boolean bodiless) {
        transform = head.takeTransform();
        if (bodiless) {
            close();
        }
    }

    /** Bytes of it that were written. */
    long sent() {
        return sent;
    }

    /** Takes ownership of the piece. */
    void continues(ByteBuf piece) {
        var current = transform;
        if (current == null) {
            write(piece);
            return;
        }
        try {
            write(current.piece(piece));
        } catch (Throwable failure) {
            cycle.answerBreaks(failure);
        }
    }

    /** Sends all that came so far. */
    void pauses() {
        var current = transform;
        if (current != null) {
            try {
                write(current.flush());
            } catch (Throwable failure) {
                cycle.answerBreaks(failure);
                return;
            }
        }
        client.flush();
    }

    /** Writes the end. Answers whether there could be one: else the answer has broken off. */
    boolean ends(@Nullable FlatHeaders trailers) {
        var current = transform;
        if (current != null) {
            try {
                write(current.end());
            } catch (Throwable failure) {
                cycle.answerBreaks(failure);
                return false;
            }
        }
        client.writeEnd(trailers);
        return true;
    }

    private void write(ByteBuf piece) {
        sent += piece.readableBytes();
        client.writePiece(piece);
    }

    void close() {
        var current = transform;
        if (current != null) {
            transform = null;
            try {
                current.close();
            } catch (Throwable failure) {
                client.plane().unexpected(failure);
            }
        }
    }
}
