package io.gatehouse.benchmarks.soak;

import java.util.concurrent.atomic.AtomicInteger;

/** Where the run stands. Written by one thread, read by all. */
final class Phase {
    /** How often it began or ceased to be disturbed: odd while it is. */
    private final AtomicInteger changes = new AtomicInteger();

    private volatile boolean over;

    /** The gateway is about to be ended and started, or serves again. */
    void disturbed(boolean value) {
        if (isDisturbed() != value) {
            changes.incrementAndGet();
        }
    }

    private boolean isDisturbed() {
        return changes.get() % 2 == 1;
    }

    /** What {@link #wasCalmSince} takes. */
    int now() {
        return changes.get();
    }

    /** Whether the gateway served at {@code then} and ever since: else connections may have been refused or closed unanswered. */
    boolean wasCalmSince(int then) {
        return then % 2 == 0 && changes.get() == then;
    }

    /** Whether clients are to stop after what they are at. */
    boolean isOver() {
        return over;
    }

    void end() {
        over = true;
    }
}
