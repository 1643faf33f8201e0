/** What the hot path costs: JMH benchmarks of its parts, and the report of the harness over the whole. */
@NullMarked
package io.gatehouse.benchmarks;

import org.jspecify.annotations.NullMarked;
