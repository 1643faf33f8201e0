/** Conditions in CEL: checked at load, compiled to nodes that allocate nothing, the rest run by CEL's planner. */
@NullMarked
package io.gatehouse.policy.condition;

import org.jspecify.annotations.NullMarked;
