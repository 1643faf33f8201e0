/** How engines reach what stands behind them: one HTTP client, bounded, behind a circuit breaker, never retrying. */
@NullMarked
package io.gatehouse.adapters.target;

import org.jspecify.annotations.NullMarked;
