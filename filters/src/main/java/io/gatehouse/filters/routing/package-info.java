/** Another path for the target, and answers in the place of a target. */
@NullMarked
package io.gatehouse.filters.routing;

import org.jspecify.annotations.NullMarked;
