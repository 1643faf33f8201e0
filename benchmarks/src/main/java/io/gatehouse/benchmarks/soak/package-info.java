/** A long run of random traffic and random faults, and the judgement over what came of it. Needs the JDK alone. */
@org.jspecify.annotations.NullMarked
package io.gatehouse.benchmarks.soak;
