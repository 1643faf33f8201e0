package io.gatehouse.proxy.http.target;

import java.io.IOException;

/** A connection that carried many requests has ended: one failure of its target, however many there were. No stack trace. */
public final class ConnectionLostException extends IOException {
    private static final long serialVersionUID = 1L;

    private boolean told;

    ConnectionLostException() {
        super("the connection was closed");
    }

    /** Whether nobody has asked before. On the connection's event loop. */
    public boolean isFirst() {
        boolean first = !told;
        told = true;
        return first;
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
