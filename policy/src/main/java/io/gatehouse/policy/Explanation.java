package io.gatehouse.policy;

import io.gatehouse.policy.condition.Truth;
import java.util.List;
import java.util.Locale;

/**
 * Why a decision came out as it did.
 *
 * @param decision what {@link PolicySet#decide} answers
 * @param findings one for each policy, by id
 */
public record Explanation(Decision decision, List<Finding> findings) {
    private static final int MAX_LISTED = 20;

    public Explanation {
        findings = List.copyOf(findings);
    }

    /** What one policy made of the request. */
    public record Finding(String policy, Effect effect, Reason reason) {}

    /** Why a policy did or did not apply. */
    public sealed interface Reason {
        /** Target and conditions hold. */
        record Applies() implements Reason {}

        /**
         * Not a candidate.
         *
         * @param part the first part that does not match, such as {@code actions}
         */
        record OutsideTarget(String part) implements Reason {}

        /**
         * The target matches, the conditions do not.
         *
         * @param field {@code when}, which is false, or {@code unless}, which is true
         */
        record ConditionNotMet(String field) implements Reason {}

        /** A condition failed; {@code message} holds no value of the request. */
        record ConditionFailed(String message) implements Reason {}
    }

    static Explanation of(List<CompiledPolicy> policies, AccessRequest request, Decision decision) {
        return new Explanation(
                decision,
                policies.stream()
                        .map(policy -> new Finding(policy.id(), policy.effect(), reason(policy, request)))
                        .toList());
    }

    private static Reason reason(CompiledPolicy policy, AccessRequest request) {
        var mismatch = policy.target().mismatch(request);
        if (mismatch != null) {
            return new Reason.OutsideTarget(mismatch.key());
        }
        return switch (policy.conditions(request)) {
            case Truth.Failure failure -> new Reason.ConditionFailed(failure.message());
            case Truth.Known known ->
                known == Truth.Known.TRUE
                        ? new Reason.Applies()
                        : new Reason.ConditionNotMet(policy.whenIsFalse(request) ? "when" : "unless");
        };
    }

    /** For people: the verdict, its reasons, each candidate, and the others in short. */
    public String text() {
        var text = new StringBuilder("verdict: ")
                .append(word(decision.verdict().name()))
                .append('\n');
        decision.reasons().forEach(reason -> text.append("  ").append(reason).append('\n'));
        var candidates = findings.stream()
                .filter(f -> !(f.reason instanceof Reason.OutsideTarget))
                .toList();
        text.append("candidates: ").append(candidates.size()).append('\n');
        candidates.forEach(finding -> line(text, finding));
        var others = findings.stream()
                .filter(f -> f.reason instanceof Reason.OutsideTarget)
                .toList();
        text.append("not about this request: ").append(others.size()).append('\n');
        others.stream().limit(MAX_LISTED).forEach(finding -> line(text, finding));
        if (others.size() > MAX_LISTED) {
            text.append("  ... and ").append(others.size() - MAX_LISTED).append(" more\n");
        }
        return text.append("policy version: ")
                .append(decision.policyVersion())
                .append('\n')
                .toString();
    }

    private static void line(StringBuilder text, Finding finding) {
        text.append("  ")
                .append(finding.policy)
                .append(" (")
                .append(word(finding.effect.name()))
                .append("): ");
        text.append(
                switch (finding.reason) {
                    case Reason.Applies() -> "applies";
                    case Reason.OutsideTarget(var part) -> "no match in " + part;
                    case Reason.ConditionNotMet(var field) ->
                        "does not apply, " + field + " is " + (field.equals("when") ? "false" : "true");
                    case Reason.ConditionFailed(var message) -> "could not be evaluated: " + message;
                });
        text.append('\n');
    }

    private static String word(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
