package io.gatehouse.approvals;

import io.gatehouse.audit.AuditEvent;
import io.gatehouse.audit.AuditLog;
import io.gatehouse.audit.AuditReceipt;
import io.gatehouse.audit.AuditUnavailableException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** An audit log in memory, which can be told to take nothing: openly, or so that only an append finds out. */
public final class RecordingAuditLog implements AuditLog {
    private final List<AuditEvent> events = new CopyOnWriteArrayList<>();
    private volatile @Nullable String failure;
    private volatile boolean appendsFail;

    public void fail(@Nullable String reason) {
        failure = reason;
    }

    public void failAppends(boolean fail) {
        appendsFail = fail;
    }

    public List<AuditEvent> events() {
        return events;
    }

    /** {@code action state} of each event of an approval, in order. */
    public List<String> steps(String approval) {
        return events.stream()
                .filter(event -> approval.equals(event.approval()))
                .map(event -> event.action() + " " + event.details().get("state"))
                .toList();
    }

    @Override
    public boolean offer(AuditEvent event) {
        return failure == null && !appendsFail && events.add(event);
    }

    @Override
    public Mono<AuditReceipt> append(AuditEvent event) {
        return offer(event)
                ? Mono.just(new AuditReceipt("event-" + events.size(), events.size() - 1L))
                : Mono.error(new AuditUnavailableException("the log takes no more"));
    }

    @Override
    public Optional<String> failure() {
        return Optional.ofNullable(failure);
    }
}
