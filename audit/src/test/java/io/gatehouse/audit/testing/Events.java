package io.gatehouse.audit.testing;

import io.gatehouse.audit.AuditEvent;
import io.gatehouse.audit.AuditKind;
import io.gatehouse.audit.Details;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /** Everything about one approved request, in the log's order: opened, approved by two, used, decided, ended. */
    public static List<AuditEvent> approved(String approval, String request) {
        return List.of(
                step(approval, "req-open", 1, "approval.open", "pending_approval"),
                step(approval, null, 2, "approval.approve", "pending_approval"),
                step(approval, null, 3, "approval.approve", "approved"),
                step(approval, request, 4, "approval.use", "executing"),
                run(approval, request, AuditKind.DECISION),
                run(approval, request, AuditKind.OUTCOME),
                step(approval, null, 5, "approval.finish", "succeeded"));
    }

    /** One step; votes come from another person each, everything else from {@code client:robot}. */
    public static AuditEvent step(String approval, @Nullable String request, int version, String action, String state) {
        boolean vote = action.equals("approval.approve") || action.equals("approval.deny");
        return new AuditEvent(
                1_790_000_000_000L + version,
                AuditKind.APPROVAL,
                "default",
                request,
                vote ? "user:approver-" + version : "client:robot",
                action,
                approval,
                null,
                "risky",
                "7",
                approval,
                state,
                0,
                -1,
                null,
                null,
                null,
                Details.of(
                        "version",
                        Integer.toString(version),
                        "state",
                        state,
                        "requester",
                        "client:robot",
                        "route",
                        "orders",
                        "request_digest",
                        "ab".repeat(32),
                        "decision_digest",
                        "cd".repeat(32)));
    }

    /** The decision on, or the outcome of, the request that used an approval. */
    public static AuditEvent run(String approval, String request, AuditKind kind) {
        var details = Details.of("route", "orders", "request_digest", "ab".repeat(32));
        return with(about(request, approval, kind, "/refunds/1"), details);
    }

    /** The same event with other details. */
    public static AuditEvent with(AuditEvent event, Details details) {
        return new AuditEvent(
                event.time(),
                event.kind(),
                event.tenant(),
                event.requestId(),
                event.principal(),
                event.action(),
                event.resource(),
                event.decision(),
                event.policies(),
                event.policyVersion(),
                event.approval(),
                event.outcome(),
                event.status(),
                event.latencyMicros(),
                event.clientAddress(),
                event.userAgent(),
                event.bodyDigest(),
                details);
    }

    /** The same event where one detail says something else. */
    public static AuditEvent with(AuditEvent event, String name, String value) {
        var details = new LinkedHashMap<String, String>();
        for (int i = 0; i < event.details().size(); i++) {
            details.put(event.details().name(i), event.details().value(i));
        }
        details.put(name, value);
        return with(event, Details.of(details));
    }

    /** An event whose resource alone has {@code chars} characters. */
    public static AuditEvent large(int chars) {
        return about("req-large", "approval-large", AuditKind.DECISION, "x".repeat(chars));
    }
}
