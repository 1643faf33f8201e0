/** The tamper-evident log: events, journal, Merkle tree, checkpoints, evidence and offline verification. */
@NullMarked
package io.gatehouse.audit;

import org.jspecify.annotations.NullMarked;
