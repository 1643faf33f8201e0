/** How engines put what they understood to policies. */
@NullMarked
package io.gatehouse.adapters.policy;

import org.jspecify.annotations.NullMarked;
