package io.gatehouse.audit;

import org.jspecify.annotations.Nullable;

/**
 * One recorded fact. Never holds a secret. The log adds id (UUIDv7), sequence and node when it takes the event.
 *
 * @param time epoch milliseconds
 * @param kind what happened
 * @param tenant the tenant it belongs to
 * @param requestId ties together the events of one request; {@code null} for what no request caused
 * @param principal {@code type:id}, or {@code null}
 * @param action such as {@code http:GET}, {@code mcp:delete_customer}, {@code approval.approve}, or {@code null}
 * @param resource path, engine or approval, or {@code null}
 * @param decision {@code permit}, {@code deny}, {@code needs_approval}, or {@code null}
 * @param policies ids of the determining policies, comma-separated, or {@code null}
 * @param policyVersion version of the policy set that judged, or {@code null}
 * @param approval the approval's id, or {@code null}
 * @param outcome a stable code such as {@code served}, {@code rate_limited}, {@code outcome_unknown}, or {@code null}
 * @param status HTTP status, 0 where there is none
 * @param latencyMicros duration, -1 where there is none
 * @param clientAddress the client's address as text, or {@code null}
 * @param userAgent as sent, cut at 256 characters, or {@code null}
 * @param bodyDigest {@code sha256:} and lower-case hexadecimal, or {@code null}
 * @param details further facts of this kind of event; small
 */
public record AuditEvent(
        long time,
        AuditKind kind,
        String tenant,
        @Nullable String requestId,
        @Nullable String principal,
        @Nullable String action,
        @Nullable String resource,
        @Nullable String decision,
        @Nullable String policies,
        @Nullable String policyVersion,
        @Nullable String approval,
        @Nullable String outcome,
        int status,
        long latencyMicros,
        @Nullable String clientAddress,
        @Nullable String userAgent,
        @Nullable String bodyDigest,
        Details details) {}
