package io.gatehouse.approvals;

import java.io.Serial;

/** A step that is refused, with its stable code ({@link Approvals}, {@link ApproverDesk}) and a text for people. */
public final class ApprovalException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final String code;

    public ApprovalException(String code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    public String code() {
        return code;
    }
}
