package io.gatehouse.audit.testing;

import io.gatehouse.audit.AuditEvent;
import io.gatehouse.audit.AuditKind;
import io.gatehouse.audit.Details;

/** Events as the gateway records them. */
public final class Events {
    private static final AuditKind[] KINDS = AuditKind.values();

    private Events() {}

    /** The decision on a request; {@code n} makes it different from others. */
    public static AuditEvent decision(int n) {
        return about("req-" + n, "approval-" + n % 7, KINDS[n % 5], "/orders/" + n);
    }

    public static AuditEvent about(String request, String approval, AuditKind kind, String resource) {
        return new AuditEvent(
                1_790_000_000_000L,
                kind,
                "default",
                request,
                "client:robot",
                "http:POST",
                resource,
                "permit",
                "orders-write,office-hours",
                "7",
                approval,
                "served",
                200,
                1_250,
                "192.0.2.7",
                "curl/8.5 \"quoted\" \u00e9\u4e2d\ud83d\ude80 \ud800 \n",
                "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                Details.of("route", "orders"));
    }

    /** An event whose resource alone has {@code chars} characters. */
    public static AuditEvent large(int chars) {
        return about("req-large", "approval-large", AuditKind.DECISION, "x".repeat(chars));
    }
}
