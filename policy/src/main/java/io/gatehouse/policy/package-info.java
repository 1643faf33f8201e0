/** The vocabulary that every decision is made in, policy documents, their compiler and their explanation. No I/O. */
@NullMarked
package io.gatehouse.policy;

import org.jspecify.annotations.NullMarked;
