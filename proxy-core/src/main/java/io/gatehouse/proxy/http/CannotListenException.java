package io.gatehouse.proxy.http;

/** A listener whose address cannot be bound. The message names both. */
public final class CannotListenException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private final String listener;

    CannotListenException(String listener, String message, Throwable cause) {
        super("listener `" + listener + "`: " + message, cause);
        this.listener = listener;
    }

    /** Its name. */
    public String listener() {
        return listener;
    }
}
