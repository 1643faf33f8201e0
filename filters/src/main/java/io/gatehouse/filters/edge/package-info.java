/** Filters at the edge: request id, access log, headers, security headers, body limit. */
@NullMarked
package io.gatehouse.filters.edge;

import org.jspecify.annotations.NullMarked;
