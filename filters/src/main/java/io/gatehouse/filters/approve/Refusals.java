package io.gatehouse.filters.approve;

import io.gatehouse.approvals.Approval;
import io.gatehouse.approvals.ApprovalException;
import io.gatehouse.audit.AuditUnavailableException;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Verdict;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a requester is told where an approval does not let a request pass. */
final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    static final Verdict.Deny UNKNOWN = deny("approval_unknown", 403, "there is no such approval of yours");
    static final Verdict.Deny UNAVAILABLE =
            deny("approvals_unavailable", 503, "approvals cannot be read or written now");
    static final Verdict.Deny CONDITION_FAILED = deny(
            "approval_condition_failed",
            403,
            "whether this request needs an approval cannot be told, so it is refused");
    static final Verdict.Deny UNBOUND = deny(
            "approval_unbound",
            403,
            "this WebSocket needs an approval, which would bind nothing of what is said over it");
    static final Verdict.Deny UNIDENTIFIED = new Denial(
                    "unauthenticated",
                    401,
                    "not authenticated",
                    "this request needs an approval, which only an identified client can ask for",
                    Map.of("WWW-Authenticate", "Bearer"))
            .deny();
    private static final Verdict.Deny DENIED = deny("approval_denied", 403, "an approver has denied this request");
    private static final Verdict.Deny USED = deny("approval_used", 409, "this approval has been used");
    private static final Verdict.Deny EXPIRED = deny("approval_expired", 410, "this approval has expired");
    private static final Verdict.Deny CANCELLED = deny("approval_cancelled", 410, "this approval was withdrawn");
    private static final Verdict.Deny AUDIT_UNAVAILABLE =
            deny("audit_unavailable", 503, "the decision cannot be recorded now, so nothing may run");
    private static final Map<String, Verdict.Deny> BY_CODE = Stream.of(
                    UNKNOWN,
                    DENIED,
                    USED,
                    EXPIRED,
                    CANCELLED,
                    deny("approval_mismatch", 403, "this request is not the one that was approved"),
                    deny("approval_pending", 409, "this approval has not been decided yet"),
                    deny(
                            "approval_void",
                            409,
                            "what must be approved has changed since; ask again without the approval"),
                    deny("approval_conflict", 409, "this approval is no longer in a state that allows it"),
                    deny("too_many_pending", 429, "too many of your approvals are waiting for a decision"),
                    new Denial(
                                    "too_many_waiters",
                                    429,
                                    "too many waiters",
                                    "too many of your requests and event streams wait for approvals; end some, or ask for"
                                            + " the state now and then",
                                    Map.of("Retry-After", "5"))
                            .deny(),
                    deny("approvals_busy", 503, "too many requests wait for approvals now; try again later"))
            .collect(Collectors.toUnmodifiableMap(deny -> deny.denial().code(), deny -> deny));

    private Refusals() {}

    private static Verdict.Deny deny(String code, int status, String detail) {
        return new Denial(code, status, code.replace('_', ' '), detail).deny();
    }

    /** For a step of {@code Approvals} that failed. What is no refusal of theirs means that they are not available. */
    static Verdict.Deny of(Throwable failure) {
        return switch (failure) {
            case ApprovalException refused -> {
                var known = BY_CODE.get(refused.code());
                yield known != null ? known : deny(refused.code(), 409, "this approval does not let the request pass");
            }
            case AuditUnavailableException unavailable -> AUDIT_UNAVAILABLE;
            default -> {
                LOG.error("approvals are not available, requests that need one are refused", failure);
                yield UNAVAILABLE;
            }
        };
    }

    /** Whether the failure is only that nobody more may wait, and says nothing of the approval. */
    static boolean isTooManyWaiters(Throwable failure) {
        return failure instanceof ApprovalException refused
                && (refused.code().equals("too_many_waiters") || refused.code().equals("approvals_busy"));
    }

    /** For an approval that was waited for: on with the request, or why not. */
    static Verdict.Settled of(Approval decided) {
        return switch (decided.state()) {
            case APPROVED -> Verdict.NEXT;
            case REJECTED -> DENIED;
            case EXPIRED -> EXPIRED;
            case CANCELLED -> CANCELLED;
            case EXECUTING, SUCCEEDED, FAILED, OUTCOME_UNKNOWN -> USED;
            case PENDING_APPROVAL -> UNAVAILABLE;
        };
    }
}
