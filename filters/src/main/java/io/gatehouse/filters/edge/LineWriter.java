package io.gatehouse.filters.edge;

import io.micrometer.core.instrument.Counter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes lines on a thread of its own, which starts with the first line. A line that finds the queue full, or cannot be
 * written, is dropped and counted.
 */
final class LineWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LineWriter.class);
    private static final int BATCH_BYTES = 64 * 1024;
    private static final long CLOSE_MILLIS = 2_000;

    private final Destination destination;
    private final LineQueue queue;
    private final Counter dropped;
    private final Thread thread;
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile boolean waiting;
    private volatile boolean closing;
    private @Nullable OutputStream out;
    private boolean failing;

    LineWriter(Destination destination, int capacity, Counter dropped) {
        this.destination = destination;
        this.queue = new LineQueue(capacity);
        this.dropped = dropped;
        this.thread = Thread.ofPlatform().daemon().name("access-log").unstarted(this::run);
    }

    /** Opens what is written to; asked again after a failure. */
    interface Destination {
        OutputStream open() throws IOException;
    }

    /** Any thread; never waits. */
    void offer(byte[] line) {
        if (closing || !queue.offer(line)) {
            dropped.increment();
            return;
        }
        if (waiting) {
            LockSupport.unpark(thread);
        } else if (!started.get() && started.compareAndSet(false, true)) {
            thread.start();
        }
    }

    private void run() {
        var batch = new ByteArrayOutputStream(BATCH_BYTES);
        while (true) {
            boolean last = closing;
            int lines = fill(batch);
            if (lines > 0) {
                write(batch, lines);
            } else if (last) {
                break;
            } else {
                await();
            }
        }
        closeOutput();
    }

    private int fill(ByteArrayOutputStream batch) {
        batch.reset();
        int lines = 0;
        while (batch.size() < BATCH_BYTES) {
            var line = queue.poll();
            if (line == null) {
                break;
            }
            batch.writeBytes(line);
            lines++;
        }
        return lines;
    }

    private void await() {
        waiting = true;
        if (queue.isEmpty() && !closing) {
            LockSupport.park(this);
        }
        waiting = false;
    }

    private void write(ByteArrayOutputStream batch, int lines) {
        try {
            var open = out == null ? destination.open() : out;
            out = open;
            batch.writeTo(open);
            open.flush();
            failing = false;
        } catch (IOException failure) {
            dropped.increment(lines);
            if (!failing) {
                LOG.error("the access log cannot be written, lines are dropped until it can", failure);
            }
            failing = true;
            closeOutput();
        }
    }

    private void closeOutput() {
        var open = out;
        out = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException failure) {
                LOG.warn("the access log could not be closed", failure);
            }
        }
    }

    /** Writes what is queued, for two seconds at most, and stops the thread. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
