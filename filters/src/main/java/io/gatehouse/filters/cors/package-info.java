/** Which pages of other origins may read answers in a browser. */
@NullMarked
package io.gatehouse.filters.cors;

import org.jspecify.annotations.NullMarked;
