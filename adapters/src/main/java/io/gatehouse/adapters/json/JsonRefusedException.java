package io.gatehouse.adapters.json;

import java.io.Serial;

/** Text that is not JSON, or JSON that two readers could understand differently. The message is for the sender. */
public final class JsonRefusedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final String reason;

    public JsonRefusedException(String reason) {
        super(reason, null, false, false);
        this.reason = reason;
    }

    @Override
    public String getMessage() {
        return reason;
    }
}
