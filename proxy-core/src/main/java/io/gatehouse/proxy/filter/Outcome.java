package io.gatehouse.proxy.filter;

import org.jspecify.annotations.Nullable;

/**
 * How a request ended.
 *
 * @param cause what ended it
 * @param code stable code for logs, metrics and audit: the denial's, or {@code served}, {@code answered},
 *     {@code client_cancelled}, {@code upstream_failed} and the like
 * @param status status sent to the client, 0 where none was
 * @param requestBytes body bytes received
 * @param responseBytes body bytes sent
 * @param durationNanos from the request's head to the end
 * @param upstreamStatus status that the target gave, 0 where it gave none
 * @param forwarded whether a byte may have reached the target
 * @param failure for people, without anything internal, or {@code null}
 */
public record Outcome(
        Cause cause,
        String code,
        int status,
        long requestBytes,
        long responseBytes,
        long durationNanos,
        int upstreamStatus,
        boolean forwarded,
        @Nullable String failure) {
    /** Of a request that was refused as soon as its head was read, or was not even one. */
    public static Outcome refused(Denial denial) {
        return new Outcome(Cause.DENIED, denial.code(), denial.status(), 0, 0, 0, 0, false, null);
    }

    public enum Cause {
        /** The target answered whole. */
        SERVED,
        /** The gateway answered by itself. */
        ANSWERED,
        /** A filter or the data plane refused. */
        DENIED,
        /** The client left. */
        CANCELLED,
        /** The target failed: not reached, late, broken off. */
        FAILED
    }
}
