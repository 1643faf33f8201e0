package io.gatehouse.policy;

import java.util.HashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds every prefix of a text that the table holds, without cutting the text: one rolling hash, probed at known lengths. */
final class PrefixTable {
    static final int MAX_PREFIX = 63;

    private final String[] prefixes;
    private final TargetIndex.Entry[][] entries;
    private final int[] hashes;
    private final int mask;

    /** Bit n is set where a prefix of length n exists. */
    private final long lengths;

    PrefixTable(Map<String, TargetIndex.Entry[]> content) {
        int size = Integer.highestOneBit(Math.max(4, content.size() * 4)) * 2;
        this.prefixes = new String[size];
        this.entries = new TargetIndex.Entry[size][];
        this.hashes = new int[size];
        this.mask = size - 1;
        var known = new HashSet<Integer>();
        content.forEach((prefix, list) -> {
            known.add(prefix.length());
            put(prefix, list);
        });
        this.lengths = known.stream().mapToLong(length -> 1L << length).reduce(0, (a, b) -> a | b);
    }

    private void put(String prefix, TargetIndex.Entry[] list) {
        int slot = spread(prefix.hashCode()) & mask;
        while (entries[slot] != null) {
            slot = slot + 1 & mask;
        }
        prefixes[slot] = prefix;
        entries[slot] = list;
        hashes[slot] = prefix.hashCode();
    }

    long lengths() {
        return lengths;
    }

    /** What is held under the first {@code length} characters of {@code text}, whose {@code String.hashCode} is {@code hash}. */
    TargetIndex.Entry @Nullable [] find(String text, int length, int hash) {
        int slot = spread(hash) & mask;
        while (entries[slot] != null) {
            if (hashes[slot] == hash && prefixes[slot].length() == length && text.startsWith(prefixes[slot])) {
                return entries[slot];
            }
            slot = slot + 1 & mask;
        }
        return null;
    }

    private static int spread(int hash) {
        return hash ^ hash >>> 16;
    }
}
