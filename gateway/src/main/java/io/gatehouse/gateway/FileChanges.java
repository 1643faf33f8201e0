package io.gatehouse.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that files were changed. Looks at time and size once an interval, which also sees files that were replaced, mounted
 * or linked anew, where a kernel's notices differ.
 */
final class FileChanges implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileChanges.class);

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("gatehouse-files").factory());
    private final Supplier<List<Path>> files;
    private final Reader reader;
    private final Duration patience;
    private Map<Path, Stamp> seen;
    private Map<Path, Stamp> lately;
    /** Whether the reader waits for more, and since when. */
    private boolean waiting;

    private long waitingSince;

    /** Reads files that are not what they were. */
    interface Reader {
        /**
         * Reads them.
         *
         * @param mayWait whether more may be about to come
         * @return whether that was all; otherwise it is called again when one of them changes, and for the last time when they did
         *     not for long
         */
        boolean read(boolean mayWait);
    }

    /**
     * Knows {@code files} as they are now; looks at nothing before {@link #start}.
     *
     * @param patience how long {@code reader} may wait for more
     */
    FileChanges(Supplier<List<Path>> files, Reader reader, Duration patience) {
        this.files = files;
        this.reader = reader;
        this.patience = patience;
        this.seen = stamps();
        this.lately = seen;
    }

    /** From now on calls the reader, one call at a time, whenever one of the files is not what it was when it was read last. */
    void start(Duration interval) {
        var _ = clock.scheduleWithFixedDelay(
                this::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Does {@code work}, which reads the files: what they are by now is a change no more, and nothing is read twice for it. */
    synchronized <T> T reading(Supplier<T> work) {
        var now = stamps();
        waiting = false;
        try {
            return work.get();
        } finally {
            // other files may belong to the configuration now; one that changed while it was read is seen at the next
            // look
            var after = stamps();
            after.putAll(now);
            after.keySet().retainAll(files.get());
            seen = after;
        }
    }

    private record Stamp(FileTime time, long size) {}

    private synchronized void look() {
        try {
            var now = stamps();
            // a file that is still being written is left alone until two looks in a row see the same
            boolean settled = now.equals(lately);
            lately = now;
            long since = waiting ? waitingSince : System.nanoTime();
            boolean late = waiting && System.nanoTime() - since >= patience.toNanos();
            if (settled && (late || !now.equals(seen)) && !reading(() -> reader.read(!late))) {
                waiting = true;
                waitingSince = since;
            }
        } catch (Throwable failure) { // a task that throws is never run again, and no change would be seen any more
            LOG.error("the change of a file could not be followed", failure);
        }
    }

    private Map<Path, Stamp> stamps() {
        var stamps = new HashMap<Path, Stamp>();
        for (var file : files.get()) {
            try {
                stamps.put(file, new Stamp(Files.getLastModifiedTime(file), Files.size(file)));
            } catch (IOException missing) {
                stamps.put(file, new Stamp(FileTime.fromMillis(0), -1));
            }
        }
        return stamps;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
