package io.gatehouse.proxy.http.target;

import java.io.IOException;
import java.io.Serial;

/** The target says that it has not begun with a request (RFC 9113, 8.7): any request may be sent again. No stack trace. */
public final class NotProcessedException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    NotProcessedException() {
        super("the target has not begun with the request");
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
