/** Answers compressed on their way to the client. */
@NullMarked
package io.gatehouse.filters.compress;

import org.jspecify.annotations.NullMarked;
