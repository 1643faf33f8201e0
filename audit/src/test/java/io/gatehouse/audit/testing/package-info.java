/** What every implementation of the audit log is tested with. */
@NullMarked
package io.gatehouse.audit.testing;

import org.jspecify.annotations.NullMarked;
