package io.gatehouse.admin;

import io.gatehouse.audit.AuditEvent;
import io.gatehouse.audit.AuditLog;
import io.gatehouse.audit.AuditReceipt;
import io.gatehouse.audit.AuditUnavailableException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A log that keeps its events in memory, and fails when told to. */
final class MemoryAuditLog implements AuditLog {
    private final CopyOnWriteArrayList<AuditEvent> events = new CopyOnWriteArrayList<>();
    private volatile @Nullable String failure;

    void fail(String why) {
        failure = why;
    }

    List<AuditEvent> events(String action) {
        return events.stream().filter(event -> action.equals(event.action())).toList();
    }

    @Override
    public boolean offer(AuditEvent event) {
        return failure == null && events.add(event);
    }

    @Override
    public Mono<AuditReceipt> append(AuditEvent event) {
        return offer(event)
                ? Mono.just(new AuditReceipt("event", events.size() - 1L))
                : Mono.error(new AuditUnavailableException("the log has failed"));
    }

    @Override
    public Optional<String> failure() {
        return Optional.ofNullable(failure);
    }
}
