/** The contracts of the domains, run on each store. */
@NullMarked
package io.gatehouse.stores;

import org.jspecify.annotations.NullMarked;
