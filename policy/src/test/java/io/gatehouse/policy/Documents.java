package io.gatehouse.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Policies to compile. */
final class Documents {
    private Documents() {}

    static PolicyDocument policy(String id, Effect effect, PolicyTarget target, @Nullable String when) {
        return new PolicyDocument(id, null, effect, target, when, null, null, null);
    }

    static PolicyDocument permit(String id, @Nullable String when) {
        return policy(id, Effect.PERMIT, PolicyTarget.ANY, when);
    }

    static PolicyDocument forbid(String id, @Nullable String when) {
        return policy(id, Effect.FORBID, PolicyTarget.ANY, when);
    }

    static PolicyDocument approval(String id, @Nullable String when) {
        return policy(id, Effect.REQUIRE_APPROVAL, PolicyTarget.ANY, when);
    }

    static PolicyTarget actions(String... patterns) {
        return new PolicyTarget(List.of(), List.of(), List.of(), List.of(patterns), List.of(), List.of());
    }

    static PolicyTarget resources(String... patterns) {
        return new PolicyTarget(List.of(), List.of(), List.of(), List.of(), List.of(patterns), List.of());
    }

    static PolicyTarget roles(String... patterns) {
        return new PolicyTarget(List.of(), List.of(), List.of(patterns), List.of(), List.of(), List.of());
    }
}
