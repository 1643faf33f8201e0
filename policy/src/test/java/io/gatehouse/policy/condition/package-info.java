/** Tests of conditions. */
@NullMarked
package io.gatehouse.policy.condition;

import org.jspecify.annotations.NullMarked;
