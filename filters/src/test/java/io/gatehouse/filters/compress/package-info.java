/** Tests of compressed answers. */
@NullMarked
package io.gatehouse.filters.compress;

import org.jspecify.annotations.NullMarked;
