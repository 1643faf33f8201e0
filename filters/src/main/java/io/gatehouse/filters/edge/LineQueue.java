package io.gatehouse.filters.edge;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** A bounded queue without locks, for many producers and one consumer. */
final class LineQueue {
    private final AtomicReferenceArray<byte @Nullable []> slots;
    private final int mask;
    private final AtomicLong head = new AtomicLong();
    private final AtomicLong tail = new AtomicLong();

    /** {@code capacity} is a power of two. */
    LineQueue(int capacity) {
        slots = new AtomicReferenceArray<>(capacity);
        mask = capacity - 1;
    }

    /** Any thread; false where it is full. */
    boolean offer(byte[] line) {
        while (true) {
            long at = tail.get();
            if (at - head.get() > mask) {
                return false;
            }
            if (tail.compareAndSet(at, at + 1)) {
                slots.setRelease((int) at & mask, line);
                return true;
            }
        }
    }

    /** The consumer's thread only; {@code null} where nothing is there yet. */
    byte @Nullable [] poll() {
        long at = head.get();
        var line = slots.getAcquire((int) at & mask);
        if (line != null) {
            slots.setRelease((int) at & mask, null);
            head.set(at + 1);
        }
        return line;
    }

    boolean isEmpty() {
        return head.get() == tail.get();
    }
}
