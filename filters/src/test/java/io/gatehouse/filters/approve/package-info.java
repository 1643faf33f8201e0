/** Tests. */
@NullMarked
package io.gatehouse.filters.approve;

import org.jspecify.annotations.NullMarked;
