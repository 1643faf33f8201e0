package io.gatehouse.adapters.target;

import java.io.Serial;

/** The engine was sent a call, and how that ended is not known, or not well. The message is for people and names nothing internal. */
public final class EngineFailedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    public EngineFailedException(String message) {
        super(message, null, false, false);
    }
}
