package io.gatehouse.proxy.filter;

/**
 * One step in front of a target. Shared by all event loops and called on them: it never blocks, and keeps what belongs to
 * one request on the {@link Exchange}. An exception from {@link #onRequest} becomes the denial {@code filter_failed}.
 */
public interface Filter extends AutoCloseable {
    Verdict onRequest(Exchange exchange);

    /** In reverse order, for every filter that was entered; also after {@link Verdict.Deny} and {@link Verdict.Answer}. */
    default void onResponse(Exchange exchange, ResponseHead head) {}

    /** Exactly once for every filter that was entered, whatever happened: served, denied, cancelled, reset. */
    default void onEnd(Exchange exchange, Outcome outcome) {}

    /** What {@link #onRequest} does with the request's body. Constant over the filter's life. */
    default BodyUse requestBody() {
        return BodyUse.NONE;
    }

    /** What the filter does with the answer's body. Constant over the filter's life. */
    default BodyUse responseBody() {
        return BodyUse.NONE;
    }

    @Override
    default void close() {}
}
