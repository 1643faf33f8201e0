package io.gatehouse.admin;

import io.gatehouse.approvals.Approval;
import io.gatehouse.approvals.ApproverDesk;
import io.gatehouse.policy.ApprovalDemand;
import io.gatehouse.policy.ApprovalLevel;
import io.gatehouse.policy.Decision.PolicyReference;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** An approval as the API shows it: times as RFC 3339 text, facts as a list, since their order says something. */
record ApprovalView(
        String id,
        String state,
        String requester,
        String route,
        String requestId,
        String requestDigest,
        String decisionDigest,
        String title,
        String body,
        List<Fact> facts,
        List<Demand> demands,
        List<PolicyReference> policies,
        String policyVersion,
        List<Level> levels,
        List<Vote> votes,
        String createdAt,
        String expiresAt,
        @Nullable String decidedAt,
        @Nullable String finishedAt,
        @Nullable String outcome,
        long version) {

    record Fact(String name, String value) {}

    record Demand(String source, String reason) {}

    record Level(List<String> roles, List<String> names, int quorum, long withinSeconds) {}

    record Vote(String approver, int level, boolean approve, String reason, String at) {}

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Page(List<ApprovalView> items, @Nullable String nextCursor) {
        static Page of(ApproverDesk.Page page) {
            return new Page(page.items().stream().map(ApprovalView::of).toList(), page.nextCursor());
        }
    }

    static ApprovalView of(Approval approval) {
        var draft = approval.draft();
        var preview = draft.preview();
        return new ApprovalView(
                approval.id(),
                approval.state().wireName(),
                draft.requester(),
                draft.route(),
                draft.requestId(),
                draft.requestDigest(),
                approval.decisionDigest(),
                preview.title(),
                preview.body(),
                preview.facts().entrySet().stream()
                        .map(fact -> new Fact(fact.getKey(), fact.getValue()))
                        .toList(),
                draft.demands().stream().map(ApprovalView::demand).toList(),
                draft.policies(),
                draft.policyVersion(),
                approval.levels().stream().map(ApprovalView::level).toList(),
                approval.votes().stream().map(ApprovalView::vote).toList(),
                time(approval.createdAt()),
                time(approval.expiresAt()),
                optionalTime(approval.decidedAt()),
                optionalTime(approval.finishedAt()),
                approval.outcome(),
                approval.version());
    }

    private static Demand demand(ApprovalDemand demand) {
        return new Demand(demand.source(), demand.reason());
    }

    private static Level level(ApprovalLevel level) {
        return new Level(
                level.roles().stream().sorted().toList(),
                level.names().stream().sorted().toList(),
                level.quorum(),
                level.within().toSeconds());
    }

    private static Vote vote(Approval.Vote vote) {
        return new Vote(vote.approver(), vote.level(), vote.approve(), vote.reason(), time(vote.at()));
    }

    private static @Nullable String optionalTime(@Nullable Long millis) {
        return millis == null ? null : time(millis);
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
