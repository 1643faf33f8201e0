/** Commits decisions and outcomes to the audit log. */
@NullMarked
package io.gatehouse.filters.audit;

import org.jspecify.annotations.NullMarked;
