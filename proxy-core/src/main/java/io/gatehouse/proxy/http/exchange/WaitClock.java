package io.gatehouse.proxy.http.exchange;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Counts the event loop's ticks in which a request waited for something and nothing moved. */
final class WaitClock {
    /** What is waited for. */
    enum Reason {
        /** The rest of the request's body. */
        BODY,
        /** The head of the target's answer. */
        ANSWER,
        /** The next piece of the answer, to come or to be taken. */
        RELAY
    }

    private @Nullable Reason reason;
    private int limit;
    private int ticks;

    void start(Reason why, Duration longest) {
        reason = why;
        limit = (int) Math.min(Integer.MAX_VALUE, longest.toMillis() / EventLoopState.TICK_MILLIS + 1);
        ticks = 0;
    }

    void stop() {
        reason = null;
    }

    /** Something moved. */
    void touch() {
        ticks = 0;
    }

    /** A tick has passed. Answers what took too long, once, or {@code null}. */
    @Nullable
    Reason tick() {
        var waiting = reason;
        if (waiting == null || ++ticks <= limit) {
            return null;
        }
        reason = null;
        return waiting;
    }
}
