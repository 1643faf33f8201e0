package io.gatehouse.filters.compress;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/** Compressors that are used again and again, so many at once: each holds about 256 KiB outside the heap. Used by all event loops. */
final class Deflaters implements AutoCloseable {
    private final int level;
    private final int most;
    private final AtomicInteger lent = new AtomicInteger();
    private final Queue<Deflater> idle = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    Deflaters(int level, int most) {
        this.level = level;
        this.most = most;
    }

    /** One to be given back, or {@code null} where all are in use. */
    @Nullable
    Deflater borrow() {
        if (lent.incrementAndGet() > most) {
            lent.decrementAndGet();
            return null;
        }
        var used = idle.poll();
        return used == null ? new Deflater(level, true) : used;
    }

    void giveBack(Deflater deflater) {
        lent.decrementAndGet();
        deflater.reset();
        idle.add(deflater);
        if (closed) {
            endIdle();
        }
    }

    int lent() {
        return lent.get();
    }

    /** Frees what is not in use now, and the others when they come back. */
    @Override
    public void close() {
        closed = true;
        endIdle();
    }

    private void endIdle() {
        for (var deflater = idle.poll(); deflater != null; deflater = idle.poll()) {
            deflater.end();
        }
    }
}
