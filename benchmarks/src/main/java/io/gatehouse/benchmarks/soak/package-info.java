/** A long run of random traffic and random faults, and the judgement over what came of it. Needs the JDK, and Netty for the target that speaks HTTP/2. */
@org.jspecify.annotations.NullMarked
package io.gatehouse.benchmarks.soak;
