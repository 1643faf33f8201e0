package io.gatehouse.proxy.filter;

import java.util.Map;

/**
 * A refusal, made once per configuration and shared.
 *
 * @param code stable and snake_case, such as {@code rate_limited}: problem document, metric label and audit event all
 *     carry it
 * @param status HTTP status, 400-599
 * @param title short, for people, the same for every denial of this code
 * @param detail for people; may add what the caller can do; never internal
 * @param headers added to the answer, such as {@code Retry-After}
 */
public record Denial(String code, int status, String title, String detail, Map<String, String> headers) {
    /** A body beyond the listener's limit, or a filter's. */
    public static final Denial BODY_TOO_LARGE =
            new Denial("body_too_large", 413, "content too large", "the body is larger than allowed");

    public Denial {
        headers = Map.copyOf(headers);
    }

    public Denial(String code, int status, String title, String detail) {
        this(code, status, title, detail, Map.of());
    }

    public Verdict.Deny deny() {
        return new Verdict.Deny(this);
    }
}
