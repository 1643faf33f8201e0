package io.gatehouse.filters;

import io.gatehouse.audit.AuditEvent;
import io.gatehouse.audit.AuditLog;
import io.gatehouse.audit.AuditReceipt;
import io.gatehouse.audit.AuditUnavailableException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.Mono;

/** An audit log in memory that can be told to take nothing more. */
public final class TestAuditLog implements AuditLog {
    public final List<AuditEvent> queued = new CopyOnWriteArrayList<>();
    public final List<AuditEvent> durable = new CopyOnWriteArrayList<>();
    public volatile boolean full;

    @Override
    public boolean offer(AuditEvent event) {
        return !full && queued.add(event);
    }

    @Override
    public Mono<AuditReceipt> append(AuditEvent event) {
        if (full) {
            return Mono.error(new AuditUnavailableException("the queue is full"));
        }
        durable.add(event);
        return Mono.just(new AuditReceipt("event", durable.size() - 1L));
    }

    @Override
    public Optional<String> failure() {
        return full ? Optional.of("the queue is full") : Optional.empty();
    }
}
