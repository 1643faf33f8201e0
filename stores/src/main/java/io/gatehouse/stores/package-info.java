/** The stores that the domains ask for: on SQLite, and in memory. */
@NullMarked
package io.gatehouse.stores;

import org.jspecify.annotations.NullMarked;
