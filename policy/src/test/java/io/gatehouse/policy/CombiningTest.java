package io.gatehouse.policy;

import static io.gatehouse.policy.Documents.approval;
import static io.gatehouse.policy.Documents.forbid;
import static io.gatehouse.policy.Documents.permit;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.policy.Decision.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CombiningTest {
    private static Decision decide(PolicyDocument... policies) {
        return PolicySet.compile(List.of(policies)).decide(Requests.get());
    }

    private static List<String> because(Decision decision) {
        return decision.determining().stream().map(Decision.PolicyReference::id).toList();
    }

    @Test
    void deniesWhereNothingMatches() {
        var decision = decide(permit("p", "false"));

        assertThat(decision.verdict()).isEqualTo(Verdict.DENY);
        assertThat(because(decision)).isEmpty();
        assertThat(decision.reasons()).containsExactly("no policy permits this");
        assertThat(decide().verdict()).isEqualTo(Verdict.DENY);
    }

    @Test
    void permitsWhereAPermitMatches() {
        var decision = decide(permit("p", null), forbid("f", "false"));

        assertThat(decision.verdict()).isEqualTo(Verdict.PERMIT);
        assertThat(because(decision)).containsExactly("p");
        assertThat(decision.approvals()).isEmpty();
    }

    @Test
    void forbidWinsOverPermitAndApproval() {
        var decision = decide(permit("p", null), approval("a", null), forbid("f2", null), forbid("f1", null));

        assertThat(decision.verdict()).isEqualTo(Verdict.DENY);
        assertThat(because(decision)).containsExactly("f1", "f2");
    }

    @Test
    void everyMatchingRequireApprovalIsDemanded() {
        var levels = new PolicyApproval(List.of(new PolicyApproval.Level(
                new PolicyApproval.Approvers("boss", List.of(), List.of("ada")), 2, Duration.ofMinutes(5))));
        var decision = decide(
                permit("p", null),
                approval("a2", null),
                new PolicyDocument(
                        "a1", null, Effect.REQUIRE_APPROVAL, null, null, null, "money leaves the house", levels));

        assertThat(decision.verdict()).isEqualTo(Verdict.NEEDS_APPROVAL);
        assertThat(because(decision)).containsExactly("a1", "a2", "p");
        assertThat(decision.approvals())
                .containsExactly(
                        new ApprovalDemand(
                                "a1",
                                "money leaves the house",
                                List.of(new ApprovalLevel(Set.of("boss"), Set.of("ada"), 2, Duration.ofMinutes(5)))),
                        new ApprovalDemand("a2", "policy `a2` requires an approval", List.of()));
    }

    @Test
    void requireApprovalNeverPermitsByItself() {
        assertThat(decide(approval("a", null)).verdict()).isEqualTo(Verdict.DENY);
    }

    @Test
    void aPermitWhoseConditionFailsDoesNotMatch() {
        var alone = decide(permit("p", "principal.missing == 1"));
        var beside = decide(permit("p", "principal.missing == 1"), permit("q", null));

        assertThat(alone.verdict()).isEqualTo(Verdict.DENY);
        assertThat(beside.verdict()).isEqualTo(Verdict.PERMIT);
        assertThat(because(beside)).containsExactly("q");
        assertThat(beside.errors())
                .containsExactly(new Decision.EvaluationError("p", "no attribute `principal.missing` (1:10)"));
    }

    @Test
    void aForbidOrRequireApprovalWhoseConditionFailsDenies() {
        for (var failing : List.of(forbid("x", "principal.missing == 1"), approval("x", "principal.missing == 1"))) {
            var decision = decide(permit("p", null), failing);

            assertThat(decision.verdict()).isEqualTo(Verdict.DENY);
            assertThat(because(decision)).containsExactly("x");
            assertThat(decision.reasons()).containsExactly("policy `x` could not be evaluated, so it denies");
            assertThat(decision.errors()).hasSize(1);
        }
    }

    @Test
    void unlessStopsAPolicyAndItsFailureCounts() {
        assertThat(decide(new PolicyDocument("p", null, Effect.PERMIT, null, null, "true", null, null))
                        .verdict())
                .isEqualTo(Verdict.DENY);
        assertThat(decide(
                                permit("p", null),
                                new PolicyDocument(
                                        "f", null, Effect.FORBID, null, "true", "principal.missing", null, null))
                        .verdict())
                .isEqualTo(Verdict.DENY);
        assertThat(decide(
                                permit("p", null),
                                new PolicyDocument(
                                        "f", null, Effect.FORBID, null, "false", "principal.missing", null, null))
                        .verdict())
                .isEqualTo(Verdict.PERMIT);
    }

    @Test
    void namesVersionAndHashesThatDoNotDependOnOrder() {
        var one = PolicySet.compile(List.of(permit("p", null), forbid("f", "false")));
        var other = PolicySet.compile(List.of(forbid("f", "false"), permit("p", null)));
        var changed = PolicySet.compile(List.of(forbid("f", "1 == 2"), permit("p", null)));

        assertThat(one.version()).isEqualTo(other.version()).matches("[0-9a-f]{64}");
        assertThat(one.version()).isNotEqualTo(changed.version());
        assertThat(one.decide(Requests.get()).policyVersion()).isEqualTo(one.version());
        assertThat(one.decide(Requests.get()).determining())
                .isEqualTo(changed.decide(Requests.get()).determining())
                .allMatch(reference -> reference.hash().matches("[0-9a-f]{64}"));
    }

    @Test
    void hashesDifferWhereFieldsShareTheirText() {
        var hashes = List.of(
                CanonicalForm.hash(new PolicyDocument("p", "x", Effect.PERMIT, null, null, null, null, null)),
                CanonicalForm.hash(new PolicyDocument("p", null, Effect.PERMIT, null, null, null, "x", null)),
                CanonicalForm.hash(new PolicyDocument("p", null, Effect.PERMIT, null, "x", null, null, null)),
                CanonicalForm.hash(Documents.policy("p", Effect.PERMIT, Documents.roles("x"), null)),
                CanonicalForm.hash(Documents.policy("p", Effect.PERMIT, Documents.actions("x"), null)));

        assertThat(hashes).doesNotHaveDuplicates();
    }

    @Test
    void theSameMatchesGiveTheSameDecision() {
        var set = PolicySet.compile(List.of(permit("p", null), approval("a", null)));

        assertThat(set.decide(Requests.get())).isSameAs(set.decide(Requests.get()));
    }
}
