package io.gatehouse.proxy.http.target;

import java.io.IOException;
import java.io.Serial;

/**
 * More waited for a connection to be ready than the target allows at once: this one was not asked, and is to look for another
 * connection. No stack trace. Not SPI.
 */
public final class NoRoomException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    NoRoomException() {
        super("the connection carries all that the target allows");
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
