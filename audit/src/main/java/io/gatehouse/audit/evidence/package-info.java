/** Evidence bundles: some events with all that a stranger needs to verify them offline. */
@NullMarked
package io.gatehouse.audit.evidence;

import org.jspecify.annotations.NullMarked;
