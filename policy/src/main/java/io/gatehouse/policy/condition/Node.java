package io.gatehouse.policy.condition;

import io.gatehouse.policy.AccessRequest;

/**
 * One step of a compiled condition. A value is a {@code String}, {@code Boolean}, {@code Long}, {@code Double},
 * {@code UnsignedLong}, {@code NullValue}, {@code List} or {@code Map}, or a {@link Truth.Failure}: CEL's error as a value,
 * since {@code &&} and {@code ||} absorb errors and throwing would allocate.
 */
interface Node {
    Object eval(AccessRequest request);

    /** Whether the planner runs any part of it. */
    boolean planned();
}
