package io.gatehouse.audit;

import java.io.Serial;

/** The log cannot take an event now: its queue is full, or its storage has failed. */
public final class AuditUnavailableException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    public AuditUnavailableException(String message) {
        super(message);
    }
}
