/** The list of the built-in filters. */
@NullMarked
package io.gatehouse.filters;

import org.jspecify.annotations.NullMarked;
