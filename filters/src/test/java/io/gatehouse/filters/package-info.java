/** Tests, and what several of them stand on. */
@NullMarked
package io.gatehouse.filters;

import org.jspecify.annotations.NullMarked;
