/** Tests of rewriting, and of answers in a target's place. */
@NullMarked
package io.gatehouse.filters.routing;

import org.jspecify.annotations.NullMarked;
