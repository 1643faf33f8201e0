package io.gatehouse.audit.file;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A bounded ring with many producers and one consumer (after D. Vyukov). Producers claim a place by compare-and-set: no lock,
 * no allocation. Places are numbered from 0 in the order in which they are claimed.
 */
final class EventQueue {
    /** What {@link #offer} answers where there is no room. */
    static final long FULL = -1;

    private final AtomicReferenceArray<@Nullable Object> items;
    private final int[] weights;
    private final int mask;
    private final long maxWeight;
    private final AtomicLong claimed = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong weight = new AtomicLong();

    EventQueue(int capacity, long maxWeight) {
        int size = Integer.highestOneBit(Math.max(2, capacity) * 2 - 1);
        this.items = new AtomicReferenceArray<>(size);
        this.weights = new int[size];
        this.mask = size - 1;
        this.maxWeight = maxWeight;
    }

    int capacity() {
        return mask + 1;
    }

    /** Takes an item, and answers its place, or {@link #FULL}. */
    long offer(Object item, int itemWeight) {
        if (weight.addAndGet(itemWeight) > maxWeight) {
            weight.addAndGet(-itemWeight);
            return FULL;
        }
        long place;
        do {
            place = claimed.get();
            if (place - taken.get() > mask) {
                weight.addAndGet(-itemWeight);
                return FULL;
            }
        } while (!claimed.compareAndSet(place, place + 1));
        weights[(int) place & mask] = itemWeight;
        items.set((int) place & mask, item);
        return place;
    }

    long backlog() {
        return claimed.get() - taken.get();
    }

    boolean isEmpty() {
        return backlog() == 0;
    }

    /** The place that {@link #poll} takes next. Consumer only. */
    long next() {
        return taken.get();
    }

    /** Takes the next item, or {@code null} where no place is claimed; waits for a producer between its two steps. */
    @Nullable
    Object poll() {
        long place = taken.get();
        if (place == claimed.get()) {
            return null;
        }
        int slot = (int) place & mask;
        Object item = items.get(slot);
        while (item == null) {
            Thread.onSpinWait();
            item = items.get(slot);
        }
        items.lazySet(slot, null);
        weight.addAndGet(-weights[slot]);
        taken.lazySet(place + 1);
        return item;
    }
}
