package io.gatehouse.filters;

import io.gatehouse.proxy.filter.Outcome;
import io.gatehouse.proxy.filter.Outcome.Cause;

/** Ends of requests. */
public final class Outcomes {
    private Outcomes() {}

    /** The target answered whole. */
    public static Outcome served(int status) {
        return new Outcome(Cause.SERVED, "served", status, 3, 5, 7_000_000, status, true, null);
    }

    /** Nothing went to the target. */
    public static Outcome notSent(Cause cause, String code) {
        return new Outcome(cause, code, 0, 0, 0, 1_000_000, 0, false, null);
    }

    /** Something went to the target, and no whole answer came back. */
    public static Outcome cutOff(Cause cause, int upstreamStatus) {
        return new Outcome(cause, "cut_off", 0, 0, 0, 1_000_000, upstreamStatus, true, null);
    }
}
