/** Filters at the edge: request id, access log, headers. */
@NullMarked
package io.gatehouse.filters.edge;

import org.jspecify.annotations.NullMarked;
