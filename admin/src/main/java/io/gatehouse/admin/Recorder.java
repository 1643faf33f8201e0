package io.gatehouse.admin;

import io.gatehouse.audit.AuditEvent;
import io.gatehouse.audit.AuditKind;
import io.gatehouse.audit.AuditLog;
import io.gatehouse.audit.AuditUnavailableException;
import io.gatehouse.audit.Details;
import io.gatehouse.policy.Principal;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Records what was done on this listener: durably, before it takes effect. The votes are recorded by approvals. */
final class Recorder {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int USER_AGENT_LENGTH = 256;

    private final AuditLog log;
    private final InstantSource clock;

    Recorder(AuditLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    /** Blocks until the event is on stable storage; refuses the call where it cannot be. */
    void record(Call call, AuditKind kind, String action, @Nullable Principal principal, String outcome, int status) {
        var event = event(call, kind, action, principal, outcome, status);
        try {
            log.append(event).block(PATIENCE);
        } catch (AuditUnavailableException | IllegalStateException e) {
            throw Refusal.unavailable("this cannot be recorded now, so it is not done");
        }
    }

    private AuditEvent event(
            Call call, AuditKind kind, String action, @Nullable Principal principal, String outcome, int status) {
        String userAgent = call.headers().get("user-agent");
        return new AuditEvent(
                clock.millis(),
                kind,
                Principal.DEFAULT_TENANT,
                call.id(),
                principal == null ? null : principal.reference(),
                action,
                null,
                null,
                null,
                null,
                null,
                outcome,
                status,
                -1,
                call.client().getAddress().getHostAddress(),
                userAgent == null ? null : userAgent.substring(0, Math.min(userAgent.length(), USER_AGENT_LENGTH)),
                null,
                Details.NONE);
    }
}
