package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.ListenerConfig.Limits;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.http.message.RequestHead;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The body of one request on its way in: kept whole where a filter reads it, within what all connections together may keep, or
 * passed on to the target as it comes. A client that is waited for must bring a least number of bytes a second, until the answer
 * begins: then the two talk.
 */
final class RequestBody {
    private final RequestCycle cycle;
    private final ClientSide client;
    private final RequestHead head;
    private final BodyBuffer buffer = new BodyBuffer();
    private long limit;
    private long received;
    private long kept;
    private int waitedTicks;

    RequestBody(RequestCycle cycle, ClientSide client, RequestHead head) {
        this.cycle = cycle;
        this.client = client;
        this.head = head;
        this.limit = limits().body().bytes();
    }

    private Limits limits() {
        return client.listener().limits();
    }

    /** Lowers the limit. Answers whether what is announced or has come is within it. */
    boolean limit(long bytes) {
        limit = Math.min(limit, bytes);
        return head.contentLength <= limit && received <= limit;
    }

    /** What comes from now on is no body but one direction of a tunnel. */
    void unlimited() {
        limit = Long.MAX_VALUE;
    }

    long received() {
        return received;
    }

    /** Begins to keep the body. Answers when it is whole, or {@code null} where it is already. */
    @Nullable
    Mono<Verdict.Settled> keepWhole() {
        if (client.hasReadBody() || buffer.isWhole()) {
            handOver();
            return null;
        }
        buffer.open();
        askForIt();
        client.pull();
        if (cycle.isSettled()) {
            return Mono.never(); // refused while it was read
        }
        if (buffer.isWhole()) {
            handOver();
            return null;
        }
        cycle.clock().start(WaitClock.Reason.BODY, limits().idleTimeout());
        return buffer.whole().map(settled -> {
            cycle.clock().stop();
            handOver();
            return settled;
        });
    }

    private void handOver() {
        var whole = buffer.take();
        if (whole != null) {
            cycle.exchange().buffered(whole);
        }
    }

    /** Tells a client that waits for leave to send its body that it may. */
    void askForIt() {
        if (head.expectContinue && received == 0 && !client.hasReadBody()) {
            head.expectContinue = false;
            client.sendContinue();
        }
    }

    /** Whether pieces are taken to be kept. */
    boolean isKept() {
        return buffer.isOpen();
    }

    /**
     * Takes ownership of a piece.
     *
     * @return what is wrong with it, or {@code null}
     */
    @Nullable
    Denial take(ByteBuf piece, boolean last, @Nullable TargetSide target) {
        int bytes = piece.readableBytes();
        received += bytes;
        if (received > limit) {
            piece.release();
            return Denial.BODY_TOO_LARGE;
        }
        if (buffer.isOpen()) {
            if (!client.plane().bodies().take(bytes)) {
                piece.release();
                return Denials.OVERLOADED;
            }
            kept += bytes;
            buffer.add(piece, last);
        } else if (target != null) {
            target.requestContinues(piece, last);
        } else {
            piece.release();
        }
        return null;
    }

    /** A tick has passed in which more of the body was wanted. Answers whether it comes too slowly. */
    boolean tickIsTooLate() {
        waitedTicks++;
        // as long as for a head, to begin and to make up for a pause
        long millis = waitedTicks * EventLoopState.TICK_MILLIS
                - limits().headerTimeout().toMillis();
        long seconds = millis / 1000;
        return !client.hasReadBody()
                && seconds > 0
                && received < seconds * limits().bodyRate().bytes();
    }

    /** Drops what is kept, and keeps no more. */
    void drop() {
        buffer.release();
    }

    /** The request has ended: gives everything back. */
    void release() {
        client.plane().bodies().giveBack(kept);
        kept = 0;
        buffer.release();
    }
}
