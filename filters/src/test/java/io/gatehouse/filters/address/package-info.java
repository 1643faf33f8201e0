/** Tests of address filters. */
@NullMarked
package io.gatehouse.filters.address;

import org.jspecify.annotations.NullMarked;
