/** Tests. */
@NullMarked
package io.gatehouse.filters.ratelimit;

import org.jspecify.annotations.NullMarked;
