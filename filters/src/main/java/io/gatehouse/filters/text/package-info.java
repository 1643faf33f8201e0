/** How filters write text that strangers sent: as JSON, masked, or made visible. */
@NullMarked
package io.gatehouse.filters.text;

import org.jspecify.annotations.NullMarked;
