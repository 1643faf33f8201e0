package io.gatehouse.proxy.upstream;

/**
 * How many retries one event loop may send: a share of its requests, saved up to a bound, and one a second. So a target that
 * is down is not asked twice as much as one that is well.
 */
public final class RetryBudget {
    private static final double MOST = 10;

    private final double share;
    private double saved = MOST;

    public RetryBudget(double share) {
        this.share = share;
    }

    /** A request goes out for the first time. */
    public void request() {
        saved = Math.min(MOST, saved + share);
    }

    /** Time has passed. */
    public void tick(double seconds) {
        saved = Math.min(MOST, saved + seconds);
    }

    /** Takes one retry, or answers false where there is none left. */
    public boolean take() {
        if (saved < 1) {
            return false;
        }
        saved--;
        return true;
    }
}
