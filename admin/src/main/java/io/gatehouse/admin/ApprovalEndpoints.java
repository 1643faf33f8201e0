package io.gatehouse.admin;

import io.gatehouse.approvals.ApprovalException;
import io.gatehouse.approvals.ApprovalState;
import io.gatehouse.approvals.ApproverDesk;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.LocalResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The approver's side of approvals. */
final class ApprovalEndpoints {
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 100;
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern LIMIT = Pattern.compile("[0-9]{1,3}");

    private final ApproverDesk desk;
    private final ApprovalFeed feed;

    ApprovalEndpoints(ApproverDesk desk, ApprovalFeed feed) {
        this.desk = desk;
        this.feed = feed;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/v1/approvals/events", Access.APPROVALS, feed::open),
                new Route("GET", "/v1/approvals", Access.APPROVALS, Set.of("state", "cursor", "limit"), this::list),
                new Route("GET", "/v1/approvals/{id}", Access.APPROVALS, this::show),
                new Route("POST", "/v1/approvals/{id}/approve", Access.APPROVALS, call -> vote(call, true)),
                new Route("POST", "/v1/approvals/{id}/deny", Access.APPROVALS, call -> vote(call, false)));
    }

    record Vote(@Nullable String reason, @Nullable String decisionDigest) {}

    private LocalResponse list(Call call) {
        try {
            var page = desk.list(
                    call.principal().tenant(), state(call), call.query().get("cursor"), limit(call));
            return Json.answer(200, ApprovalView.Page.of(page));
        } catch (ApprovalException e) {
            throw refusal(e.code(), e.getMessage());
        }
    }

    private LocalResponse show(Call call) {
        var approval = desk.show(call.principal().tenant(), call.parameter("id"))
                .orElseThrow(() -> refusal("approval_unknown", "there is no such approval"));
        return Json.answer(200, ApprovalView.of(approval));
    }

    private LocalResponse vote(Call call, boolean approve) {
        var vote = Json.read(call, Vote.class);
        String digest = vote.decisionDigest();
        if (digest == null || !DIGEST.matcher(digest).matches()) {
            throw Refusal.invalid("expected `decisionDigest`: the digest of what you saw");
        }
        String reason = vote.reason() == null ? "" : vote.reason().strip();
        try {
            var approval = desk.vote(call.parameter("id"), call.principal(), approve, reason, digest);
            return Json.answer(200, ApprovalView.of(approval));
        } catch (ApprovalException e) {
            throw refusal(e.code(), e.getMessage());
        }
    }

    private static @Nullable ApprovalState state(Call call) {
        String name = call.query().get("state");
        if (name == null) {
            return null;
        }
        return Arrays.stream(ApprovalState.values())
                .filter(state -> state.wireName().equals(name))
                .findFirst()
                .orElseThrow(() -> Refusal.invalid("expected a `state` such as `pending_approval`"));
    }

    private static int limit(Call call) {
        String given = call.query().get("limit");
        if (given == null) {
            return DEFAULT_LIMIT;
        }
        int limit = LIMIT.matcher(given).matches() ? Integer.parseInt(given) : 0;
        if (limit < 1 || limit > MAX_LIMIT) {
            throw Refusal.invalid("expected a `limit` from 1 to 100");
        }
        return limit;
    }

    private static Refusal refusal(String code, @Nullable String detail) {
        String text = detail == null ? "" : detail;
        return new Refusal(
                switch (code) {
                    case "approval_unknown" -> new Denial(code, 404, "Approval unknown", text);
                    case "self_approval" -> new Denial(code, 403, "Self-approval is not allowed", text);
                    case "not_an_approver" -> new Denial(code, 403, "Not an approver", text);
                    case "already_voted" -> new Denial(code, 409, "Already voted", text);
                    case "approval_mismatch" -> new Denial(code, 409, "Not what was seen", text);
                    case "invalid_cursor", "reason_required", "reason_too_long" ->
                        new Denial(code, 400, "Invalid request", text);
                    case "approval_expired" -> new Denial(code, 409, "Approval expired", text);
                    default -> new Denial(code, 409, "Approval conflict", text);
                });
    }
}
