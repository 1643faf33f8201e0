/** What a running gateway tells of itself: metrics, traces, its own logs. */
@NullMarked
package io.gatehouse.gateway.telemetry;

import org.jspecify.annotations.NullMarked;
