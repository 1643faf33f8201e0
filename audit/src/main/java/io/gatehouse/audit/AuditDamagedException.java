package io.gatehouse.audit;

import java.io.Serial;

/** The log's files are damaged, so that it cannot be continued; the message names the place. */
public final class AuditDamagedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    public AuditDamagedException(String message) {
        super(message);
    }
}
