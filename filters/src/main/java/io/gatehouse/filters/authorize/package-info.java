/** Asks the policies. */
@NullMarked
package io.gatehouse.filters.authorize;

import org.jspecify.annotations.NullMarked;
