package io.gatehouse.gateway.cli;

import java.io.Serial;

/** The command line, the environment or a file does not say what is needed. */
final class ApprovalUsageException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    ApprovalUsageException(String message) {
        super(message, null, false, false);
    }
}
