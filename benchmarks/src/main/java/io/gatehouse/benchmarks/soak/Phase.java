package io.gatehouse.benchmarks.soak;

/** Where the run stands. Written by one thread, read by all. */
final class Phase {
    private volatile boolean disturbed;
    private volatile boolean over;

    /** Whether the gateway is being ended and started: then connections may be refused or closed unanswered. */
    boolean isDisturbed() {
        return disturbed;
    }

    void disturbed(boolean value) {
        disturbed = value;
    }

    /** Whether clients are to stop after what they are at. */
    boolean isOver() {
        return over;
    }

    void end() {
        over = true;
    }
}
