package io.gatehouse.policy;

import io.gatehouse.policy.Decision.EvaluationError;
import io.gatehouse.policy.Decision.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How the policies that matched become one decision. A forbid denies, and so does a forbid or a require-approval whose
 * condition failed; else a permit is needed, one whose condition failed being none; every require-approval must be satisfied.
 */
final class Combining {
    private Combining() {}

    static Decision decide(List<Matched.Step> matched, String version) {
        var steps = matched.stream()
                .sorted(Comparator.comparing(
                        (Matched.Step step) -> step.policy().id()))
                .toList();
        var errors = steps.stream()
                .<EvaluationError>mapMulti((step, sink) -> {
                    if (step.failure() != null) {
                        sink.accept(new EvaluationError(
                                step.policy().id(), step.failure().message()));
                    }
                })
                .toList();
        var denying = steps.stream().filter(Combining::denies).toList();
        if (!denying.isEmpty()) {
            return decision(Verdict.DENY, denying, version, errors);
        }
        var standing = steps.stream().filter(step -> step.failure() == null).toList();
        if (standing.stream().noneMatch(step -> step.policy().effect() == Effect.PERMIT)) {
            return new Decision(Verdict.DENY, List.of(), version, List.of("no policy permits this"), errors, List.of());
        }
        boolean held = standing.stream().anyMatch(step -> step.policy().effect() == Effect.REQUIRE_APPROVAL);
        return decision(held ? Verdict.NEEDS_APPROVAL : Verdict.PERMIT, standing, version, errors);
    }

    private static boolean denies(Matched.Step step) {
        return switch (step.policy().effect()) {
            case FORBID -> true;
            case REQUIRE_APPROVAL -> step.failure() != null;
            case PERMIT -> false;
        };
    }

    private static Decision decision(
            Verdict verdict, List<Matched.Step> steps, String version, List<EvaluationError> errors) {
        var reasons = new ArrayList<String>();
        var approvals = new ArrayList<ApprovalDemand>();
        for (var step : steps) {
            reasons.add(reason(step));
            if (verdict == Verdict.NEEDS_APPROVAL && step.policy().effect() == Effect.REQUIRE_APPROVAL) {
                approvals.add(step.policy().demand());
            }
        }
        return new Decision(
                verdict,
                steps.stream().map(step -> step.policy().reference()).toList(),
                version,
                List.copyOf(reasons),
                errors,
                List.copyOf(approvals));
    }

    private static String reason(Matched.Step step) {
        var policy = step.policy();
        var subject = "policy `" + policy.id() + "` ";
        if (step.failure() != null) {
            return subject + "could not be evaluated, so it denies";
        }
        var says = subject
                + switch (policy.effect()) {
                    case PERMIT -> "permits this";
                    case FORBID -> "forbids this";
                    case REQUIRE_APPROVAL -> "requires an approval";
                };
        return policy.why().isEmpty() ? says : says + ": " + policy.why();
    }
}
