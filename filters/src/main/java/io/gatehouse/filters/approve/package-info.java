/** Stops requests until a person agrees, and the requester's side of that. */
@NullMarked
package io.gatehouse.filters.approve;

import org.jspecify.annotations.NullMarked;
