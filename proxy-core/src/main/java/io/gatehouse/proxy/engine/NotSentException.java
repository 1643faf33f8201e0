package io.gatehouse.proxy.engine;

import java.io.Serial;

/** The engine was not reached: it is certain that nothing ran. The message is for people and names nothing internal. */
public final class NotSentException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    public NotSentException(String message) {
        super(message);
    }
}
