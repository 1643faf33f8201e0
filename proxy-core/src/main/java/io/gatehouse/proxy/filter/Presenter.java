package io.gatehouse.proxy.filter;

import java.time.Duration;

/** Shapes what the gateway itself says to the client of one kind of target. Stateless; called on event loops. */
public interface Presenter {
    /** The answer for a denial. */
    LocalResponse denied(Exchange exchange, Denial denial);

    /** The answer for a request that waits for an approval and is not held any longer. */
    LocalResponse waiting(Exchange exchange, Waiting waiting);

    /** How long this exchange may be held before {@link #waiting} is sent; zero: not at all. */
    Duration hold(Exchange exchange);

    /**
     * Whether a repeated identical request finds its approval by principal and request digest, for clients that cannot send
     * {@code Gatehouse-Approval}.
     */
    boolean findsApprovalByDigest();

    /**
     * An approval that somebody still has to decide.
     *
     * @param approval its id
     * @param statusPath where the requester may ask for it on this listener, such as {@code /.gatehouse/approvals/ID}
     * @param reason why it is needed, for people
     * @param expiresAtMillis epoch milliseconds
     */
    record Waiting(String approval, String statusPath, String reason, long expiresAtMillis) {}
}
