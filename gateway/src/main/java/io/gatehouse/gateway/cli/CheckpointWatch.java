package io.gatehouse.gateway.cli;

import io.gatehouse.audit.evidence.Evidence;
import io.gatehouse.audit.evidence.Subject;
import io.gatehouse.audit.file.AuditReader;
import io.gatehouse.audit.merkle.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Waits for the checkpoint that covers the newest events: the gateway, another process, publishes it in the log's folder. */
final class CheckpointWatch implements AutoCloseable {
    private final AuditReader log;
    private final WatchService watch;

    private CheckpointWatch(AuditReader log, WatchService watch) {
        this.log = log;
        this.watch = watch;
    }

    static CheckpointWatch of(Path folder) throws IOException {
        var watch = folder.getFileSystem().newWatchService();
        try {
            folder.register(
                    watch,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
            return new CheckpointWatch(new AuditReader(folder), watch);
        } catch (IOException | RuntimeException failure) {
            watch.close();
            throw failure;
        }
    }

    /** The bundle as soon as it is whole, or what there is after {@code patience}. */
    Evidence.Bundle collect(Subject subject, Duration patience) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        var seen = Optional.<Checkpoint>empty();
        while (true) {
            boolean last = System.nanoTime() >= deadline;
            var checkpoint = log.checkpoint(log.key());
            // on a busy log files change all the time; only another checkpoint can cover more
            if (last || !checkpoint.equals(seen)) {
                seen = checkpoint;
                var bundle = Evidence.collect(log, subject);
                if (last || bundle.uncovered() == 0) {
                    return bundle;
                }
            }
            var changed = watch.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (changed != null) {
                changed.pollEvents();
                changed.reset();
            }
        }
    }

    @Override
    public void close() throws IOException {
        watch.close();
    }
}
