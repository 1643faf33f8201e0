/** The command line. */
@NullMarked
package io.gatehouse.gateway.cli;

import org.jspecify.annotations.NullMarked;
