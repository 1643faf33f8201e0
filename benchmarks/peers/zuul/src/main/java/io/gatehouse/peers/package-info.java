/** A plain gateway of another make, to measure Gatehouse against. */
@NullMarked
package io.gatehouse.peers;

import org.jspecify.annotations.NullMarked;
