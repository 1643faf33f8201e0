@NullMarked
package io.gatehouse.audit.evidence;

import org.jspecify.annotations.NullMarked;
