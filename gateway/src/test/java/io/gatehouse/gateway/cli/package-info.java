/** The commands, against real files and a real admin listener. */
@NullMarked
package io.gatehouse.gateway.cli;

import org.jspecify.annotations.NullMarked;
