/** Tests. */
@NullMarked
package io.gatehouse.filters.edge;

import org.jspecify.annotations.NullMarked;
