/** Tests of policies. */
@NullMarked
package io.gatehouse.policy;

import org.jspecify.annotations.NullMarked;
