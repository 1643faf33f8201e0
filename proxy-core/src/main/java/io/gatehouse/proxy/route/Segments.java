package io.gatehouse.proxy.route;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values by a segment of a path, found without cutting the segment out of its path. Filled once, then read only. */
final class Segments<V> {
    private final @Nullable String[] keys;
    private final List<@Nullable V> values;
    private final int mask;

    /** Room for {@code size} segments. */
    Segments(int size) {
        int slots = Integer.highestOneBit(Math.max(1, size)) * 4;
        keys = new @Nullable String[slots];
        values = new ArrayList<@Nullable V>(Collections.<@Nullable V>nCopies(slots, null));
        mask = slots - 1;
    }

    void put(String segment, V value) {
        int slot = slot(segment, 0, segment.length());
        while (keys[slot] != null) {
            slot = slot + 1 & mask;
        }
        keys[slot] = segment;
        values.set(slot, value);
    }

    /** The value for what stands in {@code path} between two places. */
    @Nullable
    V get(String path, int from, int to) {
        int slot = slot(path, from, to);
        for (var key = keys[slot]; key != null; key = keys[slot]) {
            if (key.length() == to - from && path.startsWith(key, from)) {
                return values.get(slot);
            }
            slot = slot + 1 & mask;
        }
        return null;
    }

    /** Every value. */
    List<V> values() {
        List<V> present = new ArrayList<>();
        for (var value : values) {
            if (value != null) {
                present.add(value);
            }
        }
        return present;
    }

    private int slot(String path, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + path.charAt(i);
        }
        hash *= 0x9e3779b9;
        return (hash ^ hash >>> 15) & mask;
    }
}
