/** RFC 6962 trees, their proofs, and checkpoints signed as C2SP notes. No input or output. */
@NullMarked
package io.gatehouse.audit.merkle;

import org.jspecify.annotations.NullMarked;
