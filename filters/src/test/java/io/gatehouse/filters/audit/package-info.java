/** Tests. */
@NullMarked
package io.gatehouse.filters.audit;

import org.jspecify.annotations.NullMarked;
