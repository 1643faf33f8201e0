/** Tests. */
@NullMarked
package io.gatehouse.filters.text;

import org.jspecify.annotations.NullMarked;
