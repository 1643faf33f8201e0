/** Tests of cross-origin rules. */
@NullMarked
package io.gatehouse.filters.cors;

import org.jspecify.annotations.NullMarked;
