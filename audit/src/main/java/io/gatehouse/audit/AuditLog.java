package io.gatehouse.audit;

import java.util.Optional;
import reactor.core.publisher.Mono;

/** Where events are committed. Thread-safe; neither method blocks. */
public interface AuditLog {
    /**
     * Accepts an event into the bounded queue.
     *
     * @return false where the queue is full or the log has failed: the caller must refuse what it was about to do
     */
    boolean offer(AuditEvent event);

    /**
     * Commits an event; completes with its receipt once it is on stable storage (fsync), on the log's own thread. Fails
     * with {@link AuditUnavailableException} where the queue is full or the log has failed. The event is handed over when
     * this method is called, not when the answer is subscribed to.
     */
    Mono<AuditReceipt> append(AuditEvent event);

    /** Why the log takes no more events, or empty while it is healthy. */
    Optional<String> failure();
}
