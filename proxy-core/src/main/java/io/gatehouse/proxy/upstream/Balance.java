package io.gatehouse.proxy.upstream;

/** How a target is chosen among several. Weights count for each. */
public enum Balance {
    /** Each in its turn. */
    ROUND_ROBIN,
    /** The one with the fewest requests in flight, in turn among equals. */
    LEAST_REQUEST,
    /** Of two drawn at random the one with fewer requests in flight. */
    RANDOM_TWO
}
