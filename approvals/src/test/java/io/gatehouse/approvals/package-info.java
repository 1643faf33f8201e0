/** Contracts that every store must keep, and the mutations that no approval may survive. */
@NullMarked
package io.gatehouse.approvals;

import org.jspecify.annotations.NullMarked;
