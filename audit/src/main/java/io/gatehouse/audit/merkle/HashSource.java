package io.gatehouse.audit.merkle;

/** Where the hashes of a tree's full subtrees come from. */
@FunctionalInterface
public interface HashSource {
    /** The hash over the leaves from {@code index * 2^height} to {@code (index + 1) * 2^height}, all of which exist. */
    byte[] node(int height, long index);
}
