/** Tests of what is told to collectors. */
@NullMarked
package io.gatehouse.gateway.telemetry;

import org.jspecify.annotations.NullMarked;
