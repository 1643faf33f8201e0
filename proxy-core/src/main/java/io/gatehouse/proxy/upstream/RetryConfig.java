package io.gatehouse.proxy.upstream;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.config.Percent;
import java.util.Set;

/**
 * When a request is sent once more. One that rides on an approval never is, once a byte of it was written.
 *
 * @param on empty means {@link Reason#CONNECT_FAILURE}
 */
public record RetryConfig(
        @Doc("how often a request is tried at most, the first time included; 1: never again") @Default("3")
        int attempts,

        @Doc("left out: connect-failure; reset-before-response is for GET, HEAD, OPTIONS, PUT and DELETE only")
        Set<Reason> on,

        @Doc("how many retries there may be in relation to requests, beyond one a second") @Default("20%")
        Percent budget) {
    public RetryConfig {
        if (attempts < 1 || attempts > 10) {
            throw new IllegalArgumentException("attempts: expected 1 to 10, got `" + attempts + "`");
        }
        on = on.isEmpty() ? Set.of(Reason.CONNECT_FAILURE) : Set.copyOf(on);
    }

    /** Why a request has to be sent once more. */
    public enum Reason {
        /** There was no connection, so nothing was sent. */
        CONNECT_FAILURE,
        /** The connection ended before the answer's head. */
        RESET_BEFORE_RESPONSE
    }

    /** Whether this is a reason to try again. */
    public boolean takes(Reason reason) {
        return on.contains(reason);
    }
}
