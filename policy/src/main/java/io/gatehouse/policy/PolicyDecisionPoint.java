package io.gatehouse.policy;

/** Judges requests. Immutable, shared by all event loops, never blocks, never throws: a failure is a denial. */
public interface PolicyDecisionPoint {
    /** The version of the set: lower-case hexadecimal SHA-256 over its documents. */
    String version();

    Decision decide(AccessRequest request);
}
