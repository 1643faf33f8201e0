package io.gatehouse.audit.file;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Gathers faults from several threads; keeps the first thousand and counts the rest. */
final class Faults {
    private static final int KEPT = 1000;

    private final List<Fault> kept = new ArrayList<>();
    private long count;

    synchronized void add(String file, long index, long offset, String what) {
        count++;
        if (kept.size() < KEPT) {
            kept.add(new Fault(file, index, offset, what));
        }
    }

    void add(String file, String what) {
        add(file, -1, -1, what);
    }

    synchronized long count() {
        return count;
    }

    /** Those kept: faults of whole files first, then by index. */
    synchronized List<Fault> list() {
        return kept.stream()
                .sorted(Comparator.comparingLong(Fault::index).thenComparing(Fault::file))
                .toList();
    }
}
