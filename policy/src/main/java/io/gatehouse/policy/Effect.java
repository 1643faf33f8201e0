package io.gatehouse.policy;

/** What a policy does where it matches. */
public enum Effect {
    PERMIT,
    FORBID,
    REQUIRE_APPROVAL
}
