/** The gateway as a whole: its entry and its wiring. */
@NullMarked
package io.gatehouse.gateway;

import org.jspecify.annotations.NullMarked;
