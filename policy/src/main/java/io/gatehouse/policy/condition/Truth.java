package io.gatehouse.policy.condition;

/** What a condition came to for one request. */
public sealed interface Truth {
    Truth TRUE = Known.TRUE;
    Truth FALSE = Known.FALSE;

    /** It evaluated. */
    enum Known implements Truth {
        TRUE,
        FALSE
    }

    /**
     * It failed to evaluate. Made once for each place in a condition, so that failing costs no more than holding.
     *
     * @param message what went wrong and where in the condition; never a value of the request
     */
    record Failure(String message) implements Truth {}
}
