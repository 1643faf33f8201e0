/** Approval requests: their digests, state machine, votes, and atomic one-time use. */
@NullMarked
package io.gatehouse.approvals;

import org.jspecify.annotations.NullMarked;
