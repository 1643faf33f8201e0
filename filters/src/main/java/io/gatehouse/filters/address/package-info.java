/** From which addresses requests may come. */
@NullMarked
package io.gatehouse.filters.address;

import org.jspecify.annotations.NullMarked;
