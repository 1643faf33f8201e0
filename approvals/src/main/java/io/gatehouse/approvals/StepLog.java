package io.gatehouse.approvals;

import io.gatehouse.audit.AuditEvent;
import io.gatehouse.audit.AuditKind;
import io.gatehouse.audit.AuditLog;
import io.gatehouse.audit.AuditUnavailableException;
import io.gatehouse.audit.Details;
import io.gatehouse.policy.Decision.PolicyReference;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Commits the steps of approvals to the audit log, and waits for it. Blocks. */
final class StepLog {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final AuditLog log;

    StepLog(AuditLog log) {
        this.log = log;
    }

    /** Refuses where the log is known to take nothing. */
    void check() {
        log.failure().ifPresent(reason -> {
            throw new AuditUnavailableException(reason);
        });
    }

    /** Returns once every unrecorded step is on the log's stable storage. */
    void append(StoredApproval stored) {
        for (ApprovalStep step : stored.unrecorded()) {
            try {
                log.append(event(stored.approval(), step))
                        .toFuture()
                        .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                        .join();
            } catch (CompletionException e) {
                throw unavailable(e.getCause());
            }
        }
    }

    private static AuditUnavailableException unavailable(@Nullable Throwable cause) {
        if (cause instanceof AuditUnavailableException known) {
            return known;
        }
        String reason = cause instanceof TimeoutException
                ? "the audit log did not acknowledge an event within " + PATIENCE.toSeconds() + " s"
                : "the audit log failed";
        var unavailable = new AuditUnavailableException(reason);
        unavailable.initCause(cause);
        return unavailable;
    }

    private static AuditEvent event(Approval approval, ApprovalStep step) {
        ApprovalDraft draft = approval.draft();
        Integer level = step.level();
        var details = Details.of(
                "version",
                Long.toString(step.version()),
                "state",
                step.state().wireName(),
                "requester",
                draft.requester(),
                "route",
                draft.route(),
                "request_digest",
                draft.requestDigest(),
                "decision_digest",
                approval.decisionDigest(),
                "level",
                level == null ? null : Integer.toString(level),
                "reason",
                step.reason());
        return new AuditEvent(
                step.at(),
                AuditKind.APPROVAL,
                draft.tenant(),
                step.requestId(),
                step.actor(),
                step.kind().action(),
                approval.id(),
                step.kind() == ApprovalStep.Kind.OPEN ? "needs_approval" : null,
                draft.policies().stream().map(PolicyReference::id).collect(Collectors.joining(",")),
                draft.policyVersion(),
                approval.id(),
                step.outcome() == null ? step.state().wireName() : step.outcome(),
                0,
                -1,
                null,
                null,
                null,
                details);
    }
}
