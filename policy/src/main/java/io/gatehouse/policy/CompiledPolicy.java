package io.gatehouse.policy;

import io.gatehouse.policy.condition.Condition;
import io.gatehouse.policy.condition.Truth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A policy that was found good. Compared by identity. */
final class CompiledPolicy {
    private final PolicyDocument document;
    private final CompiledTarget target;
    private final @Nullable Condition when;
    private final @Nullable Condition unless;
    private final List<ApprovalLevel> levels;
    private final Decision.PolicyReference reference;

    CompiledPolicy(PolicyDocument document, CompiledTarget target, Conditions conditions, List<ApprovalLevel> levels) {
        this.document = document;
        this.target = target;
        this.when = conditions.when;
        this.unless = conditions.unless;
        this.levels = levels;
        this.reference = new Decision.PolicyReference(document.id(), CanonicalForm.hash(document));
    }

    record Conditions(@Nullable Condition when, @Nullable Condition unless) {}

    /** {@code when} and not {@code unless}; the latter is evaluated only where the former is true. */
    Truth conditions(AccessRequest request) {
        if (when != null) {
            var holds = when.evaluate(request);
            if (holds != Truth.Known.TRUE) {
                return holds;
            }
        }
        return unless == null ? Truth.TRUE : not(unless.evaluate(request));
    }

    private static Truth not(Truth truth) {
        return switch (truth) {
            case Truth.Known known -> known == Truth.Known.TRUE ? Truth.FALSE : Truth.TRUE;
            case Truth.Failure failure -> failure;
        };
    }

    /** Whether {@code when} alone does not hold, for explanations. */
    boolean whenIsFalse(AccessRequest request) {
        return when != null && when.evaluate(request) == Truth.Known.FALSE;
    }

    CompiledTarget target() {
        return target;
    }

    String id() {
        return document.id();
    }

    Effect effect() {
        return document.effect();
    }

    Decision.PolicyReference reference() {
        return reference;
    }

    /** What the author gave for people to read; empty where nothing was. */
    String why() {
        var reason = document.reason() == null ? document.description() : document.reason();
        return reason == null ? "" : reason.strip();
    }

    ApprovalDemand demand() {
        return new ApprovalDemand(id(), why().isEmpty() ? "policy `" + id() + "` requires an approval" : why(), levels);
    }
}
