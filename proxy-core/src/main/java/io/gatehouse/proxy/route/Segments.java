package io.gatehouse.proxy.route;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values by a path or a segment of one, found without cutting the segment out of its path. Filled once, then read only. */
final class Segments<V> {
    /** A key and its value, side by side: one line of the cache. */
    private final @Nullable Object[] slots;

    private final int mask;

    /** Room for {@code size} segments. */
    Segments(int size) {
        int pairs = Integer.highestOneBit(Math.max(1, size)) * 4;
        slots = new @Nullable Object[2 * pairs];
        mask = pairs - 1;
    }

    void put(String segment, V value) {
        int at = slot(segment.hashCode());
        while (slots[2 * at] != null) {
            at = at + 1 & mask;
        }
        slots[2 * at] = segment;
        slots[2 * at + 1] = value;
    }

    /** The value for a whole path. */
    @Nullable
    V get(String path) {
        return get(path, 0, path.length(), path.hashCode());
    }

    /** The value for what stands in {@code path} between two places. */
    @Nullable
    V get(String path, int from, int to) {
        int hash = 0; // as a string of it would have
        for (int i = from; i < to; i++) {
            hash = hash * 31 + path.charAt(i);
        }
        return get(path, from, to, hash);
    }

    private @Nullable V get(String path, int from, int to, int hash) {
        int at = slot(hash);
        for (var key = slots[2 * at]; key != null; key = slots[2 * at]) {
            var segment = (String) key;
            if (segment.length() == to - from && path.startsWith(segment, from)) {
                return value(at);
            }
            at = at + 1 & mask;
        }
        return null;
    }

    @SuppressWarnings("unchecked") // only `put` fills the slots
    private @Nullable V value(int at) {
        return (V) slots[2 * at + 1];
    }

    /** Every value. */
    List<V> values() {
        List<V> present = new ArrayList<>();
        for (int at = 0; at <= mask; at++) {
            var value = value(at);
            if (value != null) {
                present.add(value);
            }
        }
        return present;
    }

    private int slot(int hash) {
        int spread = hash * 0x9e3779b9;
        return (spread ^ spread >>> 15) & mask;
    }
}
