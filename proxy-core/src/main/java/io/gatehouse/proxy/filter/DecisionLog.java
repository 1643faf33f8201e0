package io.gatehouse.proxy.filter;

import org.jspecify.annotations.Nullable;

/** Where decisions and outcomes are committed. Called on event loops; never blocks. */
public interface DecisionLog {
    /**
     * Commits the decision on a request, after the last filter and before the target, or after a denial.
     *
     * @param denial why it was refused, or {@code null} where it may pass
     * @return {@link Verdict#NEXT} once it is recorded, {@link Verdict.Later} while it is being recorded, or a denial where it
     *     cannot be recorded: then the request must not be forwarded
     */
    Verdict decided(Exchange exchange, @Nullable Denial denial);

    /** Commits how a request ended, once. */
    void ended(Exchange exchange, Outcome outcome);
}
