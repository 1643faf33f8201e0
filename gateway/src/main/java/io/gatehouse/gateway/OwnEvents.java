package io.gatehouse.gateway;

import io.gatehouse.audit.AuditEvent;
import io.gatehouse.audit.AuditKind;
import io.gatehouse.audit.AuditLog;
import io.gatehouse.audit.Details;
import io.gatehouse.policy.Principal;
import java.time.Duration;

/** Puts into the audit log what the gateway itself does. */
record OwnEvents(AuditLog audit) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Records an event; it is on stable storage when this answers. Throws where that cannot be. */
    void record(AuditKind kind, String outcome, Details details) {
        var event = new AuditEvent(
                System.currentTimeMillis(),
                kind,
                Principal.DEFAULT_TENANT,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                outcome,
                0,
                -1,
                null,
                null,
                null,
                details);
        audit.append(event).block(PATIENCE);
    }
}
