/** Limits on how often, counted in this process. */
@NullMarked
package io.gatehouse.filters.ratelimit;

import org.jspecify.annotations.NullMarked;
