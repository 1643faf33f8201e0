package io.gatehouse.approvals;

import static io.gatehouse.approvals.ApprovalState.APPROVED;
import static io.gatehouse.approvals.ApprovalState.CANCELLED;
import static io.gatehouse.approvals.ApprovalState.EXECUTING;
import static io.gatehouse.approvals.ApprovalState.EXPIRED;
import static io.gatehouse.approvals.ApprovalState.FAILED;
import static io.gatehouse.approvals.ApprovalState.OUTCOME_UNKNOWN;
import static io.gatehouse.approvals.ApprovalState.PENDING_APPROVAL;
import static io.gatehouse.approvals.ApprovalState.REJECTED;
import static io.gatehouse.approvals.ApprovalState.SUCCEEDED;
import static io.gatehouse.approvals.Samples.AGENT;
import static io.gatehouse.approvals.Samples.ANN;
import static io.gatehouse.approvals.Samples.BOB;
import static io.gatehouse.approvals.Samples.DIGEST;
import static io.gatehouse.approvals.Samples.ONE_OF;
import static io.gatehouse.approvals.Samples.TENANT;
import static io.gatehouse.approvals.Samples.TWO_OF;
import static io.gatehouse.approvals.Samples.draft;
import static io.gatehouse.approvals.Samples.level;
import static io.gatehouse.approvals.Samples.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.approvals.Approvals.Run;
import io.gatehouse.approvals.Approvals.Use;
import io.gatehouse.policy.ApprovalDemand;
import io.gatehouse.policy.Attributes;
import io.gatehouse.policy.Decision.PolicyReference;
import io.gatehouse.policy.Principal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Which steps are legal, and what the others are told; on every store. */
public abstract class ApprovalStepsContract extends ApprovalServiceFixture {
    /** What can be tried on an approval. */
    private enum Step {
        APPROVE,
        DENY,
        WITHDRAW,
        USE,
        SUCCEED,
        FAIL,
        LOSE_OUTCOME,
        NOT_SENT,
        TIME_PASSES,
        RESTART
    }

    /** For each state, what {@link Step}s lead to in their order: a state, or the code of the refusal. */
    private static final Map<ApprovalState, List<Object>> TABLE = new EnumMap<>(Map.of(
            PENDING_APPROVAL,
            outcomes(APPROVED, REJECTED, CANCELLED, "approval_pending", EXPIRED, PENDING_APPROVAL),
            APPROVED,
            outcomes("approval_conflict", "approval_conflict", CANCELLED, EXECUTING, EXPIRED, APPROVED),
            SUCCEEDED,
            over(SUCCEEDED, "approval_conflict", "approval_used"),
            FAILED,
            over(FAILED, "approval_conflict", "approval_used"),
            OUTCOME_UNKNOWN,
            over(OUTCOME_UNKNOWN, "approval_conflict", "approval_used"),
            REJECTED,
            over(REJECTED, "approval_conflict", "approval_denied"),
            EXPIRED,
            over(EXPIRED, "approval_expired", "approval_expired"),
            CANCELLED,
            over(CANCELLED, "approval_conflict", "approval_cancelled"),
            EXECUTING,
            List.of(
                    "approval_conflict",
                    "approval_conflict",
                    "approval_conflict",
                    "approval_used",
                    SUCCEEDED,
                    FAILED,
                    OUTCOME_UNKNOWN,
                    APPROVED,
                    EXECUTING,
                    OUTCOME_UNKNOWN)));

    private static List<Object> outcomes(
            Object approve, Object deny, Object withdraw, Object use, Object timePasses, Object restart) {
        String conflict = "approval_conflict";
        return List.of(approve, deny, withdraw, use, conflict, conflict, conflict, conflict, timePasses, restart);
    }

    private static List<Object> over(ApprovalState state, String vote, String use) {
        return outcomes(vote, vote, "approval_conflict", use, state, state);
    }

    @TestFactory
    Stream<DynamicTest> everyStepInEveryStateIsLegalOrHasItsCode() {
        return Stream.of(ApprovalState.values())
                .flatMap(state -> Stream.of(Step.values())
                        .map(step -> DynamicTest.dynamicTest(state + " " + step, () -> tryStep(state, step))));
    }

    private void tryStep(ApprovalState state, Step step) {
        Approval before = in(state);
        Object expected =
                TABLE.getOrDefault(state, List.of()).get(List.of(Step.values()).indexOf(step));
        int events = log.steps(before.id()).size();
        if (expected instanceof String code) {
            assertRefused(code, () -> take(step, before));
            assertThat(find(before)).isEqualTo(before);
        } else {
            take(step, before);
            assertThat(find(before).state()).isEqualTo(expected);
        }
        boolean moved = expected instanceof ApprovalState && expected != state;
        assertThat(log.steps(before.id())).hasSize(events + (moved ? 1 : 0));
        if (!find(before).state().isFinal()) {
            clock.move(Duration.ofDays(1)); // so that the next approval of this request is a new one
        }
    }

    private void take(Step step, Approval approval) {
        switch (step) {
            case APPROVE -> vote(approval, ANN, true);
            case DENY -> vote(approval, ANN, false);
            case WITHDRAW -> get(service.withdraw(TENANT, AGENT, approval.id()));
            case USE -> use(approval);
            case SUCCEED -> get(service.finish(approval.id(), Run.SUCCEEDED, "served"));
            case FAIL -> get(service.finish(approval.id(), Run.FAILED, "upstream_failed"));
            case LOSE_OUTCOME -> get(service.finish(approval.id(), Run.UNKNOWN, "outcome_unknown"));
            case NOT_SENT -> get(service.finish(approval.id(), Run.NOT_SENT, "not_sent"));
            case TIME_PASSES -> clock.move(Duration.ofHours(1));
            case RESTART -> restart();
        }
    }

    @Test
    void recordsEachStepOnceAndInOrder() {
        Approval approval = use(approved());
        get(service.finish(approval.id(), Run.NOT_SENT, "not_sent"));
        use(approval);
        Approval done = get(service.finish(approval.id(), Run.SUCCEEDED, "served"));

        assertThat(log.steps(approval.id()))
                .containsExactly(
                        "approval.open pending_approval",
                        "approval.approve approved",
                        "approval.use executing",
                        "approval.return approved",
                        "approval.use executing",
                        "approval.finish succeeded");
        assertThat(done.outcome()).isEqualTo("served");
        assertThat(done.finishedAt()).isEqualTo(clock.millis());
        assertThat(log.events())
                .extracting(event -> event.details().get("version"))
                .containsExactly("1", "2", "3", "4", "5", "6");
        assertThat(log.events().get(1).principal()).isEqualTo("user:ann");
        assertThat(log.events().get(1).details().get("reason")).isEqualTo("because");
    }

    @Test
    void anApprovalHasAnUnguessableId() {
        assertThat(open().id()).matches("apr_[0-9a-hjkmnp-tv-z]{26}");
    }

    @Test
    void sameRequestFindsItsPendingApproval() {
        assertThat(open()).isEqualTo(open());
        assertThat(log.events()).hasSize(1);
    }

    @Test
    void requestThatNowNeedsOtherLevelsIsAskedAnew() {
        Approval first = open();
        Approval second = open(TWO_OF);

        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(find(first).state()).isEqualTo(CANCELLED);
        assertThat(find(first).outcome()).isEqualTo("superseded");
        assertRefused("approval_conflict", () -> vote(first, ANN, true));
    }

    @Test
    void boundsThePendingOfOneRequester() {
        for (int i = 0; i < 5; i++) {
            get(service.open(draft("digest-" + i)));
        }

        assertRefused("too_many_pending", () -> get(service.open(draft("digest-5"))));
        assertThat(get(service.open(draft("digest-0"))).state()).isEqualTo(PENDING_APPROVAL);
        var demands = List.of(new ApprovalDemand("p", "r", List.of()));
        assertThat(get(service.open(draft(TENANT, "robot", DIGEST, demands))).state())
                .isEqualTo(PENDING_APPROVAL);
    }

    @Test
    void nobodyDecidesOnTheirOwnRequestWhateverTheirType() {
        Approval approval = open();

        assertRefused("self_approval", () -> vote(approval, user("agent", "approver"), true));
        assertRefused("self_approval", () -> vote(approval, user("agent", "approver"), false));
        assertThat(find(approval).votes()).isEmpty();
    }

    @Test
    void onlyApproversOfTheTenantVote() {
        Approval approval = open();
        var foreign = new Principal("globex", "user", "ann", Set.of("approver"), Attributes.NONE);
        var anonymous = new Principal(TENANT, "anonymous", "x", Set.of("approver"), Attributes.NONE);
        var twoFaced = new Principal(TENANT, "user:a", "x", Set.of("approver"), Attributes.NONE);

        assertRefused("not_an_approver", () -> vote(approval, user("eve", "viewer"), true));
        assertRefused("not_an_approver", () -> vote(approval, anonymous, true));
        assertRefused("not_an_approver", () -> vote(approval, twoFaced, true));
        assertRefused("approval_unknown", () -> vote(approval, foreign, true));
        assertRefused("approval_unknown", () -> service.vote("apr_none", ANN, true, "", approval.decisionDigest()));
    }

    @Test
    void aVoteBindsWhatWasSeen() {
        Approval approval = open();

        assertRefused("approval_mismatch", () -> service.vote(approval.id(), ANN, true, "", "00".repeat(32)));
        assertThat(service.vote(approval.id(), ANN, true, "", approval.decisionDigest())
                        .state())
                .isEqualTo(APPROVED);
    }

    @Test
    void aDenialNeedsAReasonOfBoundedLength() {
        Approval approval = open();
        String digest = approval.decisionDigest();

        assertRefused("reason_required", () -> service.vote(approval.id(), ANN, false, " ", digest));
        assertRefused("reason_too_long", () -> service.vote(approval.id(), ANN, true, "x".repeat(1001), digest));
        assertThat(service.vote(approval.id(), ANN, false, "x".repeat(1000), digest)
                        .state())
                .isEqualTo(REJECTED);
    }

    @Test
    void aQuorumNeedsDistinctApprovers() {
        Approval approval = open(TWO_OF);

        assertThat(vote(approval, ANN, true).state()).isEqualTo(PENDING_APPROVAL);
        assertRefused("already_voted", () -> vote(approval, ANN, true));
        var annByToken = new Principal(TENANT, "token", "ann", Set.of("approver"), Attributes.NONE);
        assertRefused("already_voted", () -> vote(approval, annByToken, true));
        assertRefused("approval_pending", () -> get(service.use(new Use(approval.id(), draft(TWO_OF)))));
        Approval decided = vote(approval, BOB, true);

        assertThat(decided.state()).isEqualTo(APPROVED);
        assertThat(decided.votes()).extracting(Approval.Vote::approver).containsExactly("user:ann", "user:bob");
    }

    @Test
    void oneDenialEndsAll() {
        Approval approval = open(TWO_OF);
        vote(approval, ANN, true);

        assertThat(vote(approval, BOB, false).state()).isEqualTo(REJECTED);
        assertRefused("approval_denied", () -> get(service.use(new Use(approval.id(), draft(TWO_OF)))));
    }

    @Test
    void levelsFollowOneAnotherEachWithItsOwnTime() {
        Approval approval = open(ONE_OF, level("owner", 1));
        var owner = user("olga", "owner");

        assertRefused("not_an_approver", () -> vote(approval, owner, true));
        clock.move(Duration.ofMinutes(59));
        assertThat(vote(approval, ANN, true).state()).isEqualTo(PENDING_APPROVAL);
        assertRefused("already_voted", () -> vote(approval, user("ann", "owner"), true));
        assertRefused("not_an_approver", () -> vote(approval, BOB, true));
        clock.move(Duration.ofMinutes(59));
        Approval decided = vote(approval, owner, true);

        assertThat(decided.state()).isEqualTo(APPROVED);
        assertThat(decided.votes()).extracting(Approval.Vote::level).containsExactly(0, 1);
        assertThat(decided.expiresAt())
                .isEqualTo(clock.millis() + Duration.ofHours(1).toMillis());
    }

    @Test
    void usesTheApprovalForExactlyItsRequest() {
        Approval approval = approved();
        String other = "ac" + DIGEST.substring(2);
        var demands = List.of(new ApprovalDemand("p", "r", List.of()));

        assertRefused("approval_mismatch", () -> get(service.use(new Use(approval.id(), draft(other)))));
        assertRefused("approval_unknown", () -> get(service.use(new Use("apr_none", draft()))));
        assertRefused(
                "approval_unknown",
                () -> get(service.use(new Use(approval.id(), draft(TENANT, "robot", DIGEST, demands)))));
        assertRefused(
                "approval_unknown",
                () -> get(service.use(new Use(approval.id(), draft("globex", "agent", DIGEST, demands)))));
        assertThat(use(approval).state()).isEqualTo(EXECUTING);
    }

    @Test
    void aChangedPolicyVoidsTheApprovalOnlyWhereItAsksForMore() {
        Approval approval = vote(open(ONE_OF), ANN, true);

        assertRefused("approval_void", () -> get(service.use(new Use(approval.id(), draft(TWO_OF)))));
        assertRefused("approval_void", () -> get(service.use(new Use(approval.id(), draft(ONE_OF, ONE_OF)))));
        ApprovalDraft judgedAnew = draft(ONE_OF);
        var newVersion = new ApprovalDraft(
                TENANT,
                AGENT,
                "agent",
                "crm",
                "req-2",
                DIGEST,
                judgedAnew.preview(),
                judgedAnew.demands(),
                List.of(new PolicyReference("dangerous", "00".repeat(32))),
                "11".repeat(32));
        assertThat(get(service.use(new Use(approval.id(), newVersion))).state()).isEqualTo(EXECUTING);
    }

    @Test
    void aGrantThatWasReturnedIsUsedAgain() {
        Approval approval = use(approved());
        get(service.finish(approval.id(), Run.NOT_SENT, "not_sent"));

        assertThat(maybe(service.findApproved(TENANT, AGENT, DIGEST))).isPresent();
        assertThat(use(approval).state()).isEqualTo(EXECUTING);
        assertThat(maybe(service.findApproved(TENANT, AGENT, DIGEST))).isEmpty();
    }

    @Test
    void theRequesterSeesOnlyTheirOwn() {
        Approval approval = open();

        for (String[] other : new String[][] {{"globex", AGENT}, {TENANT, "client:robot"}, {TENANT, "user:agent"}}) {
            assertThat(maybe(service.find(other[0], other[1], approval.id()))).isEmpty();
            assertThat(maybe(service.decided(other[0], other[1], approval.id())))
                    .isEmpty();
            assertThat(service.changes(other[0], other[1], approval.id())
                            .collectList()
                            .block(PATIENCE))
                    .isEmpty();
            assertRefused("approval_unknown", () -> get(service.withdraw(other[0], other[1], approval.id())));
            assertThat(maybe(service.findApproved(other[0], other[1], DIGEST))).isEmpty();
        }
        assertThat(service.show("globex", approval.id())).isEmpty();
        assertThat(service.list("globex", null, null, 10).items()).isEmpty();
        assertThat(find(approval).state()).isEqualTo(PENDING_APPROVAL);
    }

    @Test
    void listsPageByPage() {
        for (int i = 0; i < 5; i++) {
            get(service.open(draft("digest-" + i)));
            clock.move(Duration.ofSeconds(1));
        }

        ApproverDesk.Page first = service.list(TENANT, PENDING_APPROVAL, null, 3);
        ApproverDesk.Page second = service.list(TENANT, PENDING_APPROVAL, first.nextCursor(), 3);

        assertThat(Stream.concat(first.items().stream(), second.items().stream())
                        .map(approval -> approval.draft().requestDigest()))
                .containsExactly("digest-4", "digest-3", "digest-2", "digest-1", "digest-0");
        assertThat(second.nextCursor()).isNull();
        assertRefused("invalid_cursor", () -> service.list(TENANT, null, "?", 3));
        assertRefused("invalid_cursor", () -> service.list(TENANT, null, "YWJj", 3));
        assertRefused("invalid_limit", () -> service.list(TENANT, null, null, 101));
        assertRefused("invalid_limit", () -> service.list(TENANT, null, null, 0));
    }
}
