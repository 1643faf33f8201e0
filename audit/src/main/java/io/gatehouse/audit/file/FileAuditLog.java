package io.gatehouse.audit.file;

import io.gatehouse.audit.AuditDamagedException;
import io.gatehouse.audit.AuditEvent;
import io.gatehouse.audit.AuditLog;
import io.gatehouse.audit.AuditReceipt;
import io.gatehouse.audit.AuditUnavailableException;
import io.gatehouse.audit.merkle.VerifierKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The log in files. Producers put events into a bounded queue without locks; one thread, {@code gatehouse-audit}, writes them in
 * groups, one fsync a group, and completes what {@link #append} answered: subscribers run on that thread and must not block it
 * (one that subscribes after the completion runs on its own thread).
 *
 * <p>An appended event is written at once. Events that were only offered wait up to 10 ms for company, so that a busy event loop
 * does not pay for waking the writer each time.
 */
public final class FileAuditLog implements AuditLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileAuditLog.class);
    private static final long LINGER_NANOS = 10_000_000;
    private static final String CLOSED = "the audit log is closed";

    /** What the writer does: working, resting until enough has gathered, or asleep until anything comes. */
    private static final int AWAKE = 0;

    private static final int RESTING = 1;
    private static final int ASLEEP = 2;

    private final EventQueue queue;
    private final Journal journal;
    private final AuditSettings settings;
    private final FileLock lock;
    private final Thread writer =
            Thread.ofPlatform().name("gatehouse-audit").daemon(true).unstarted(this::run);
    private final AtomicInteger rest = new AtomicInteger();
    private final AtomicInteger urgent = new AtomicInteger();
    private final LongAdder refused = new LongAdder();
    private final List<Pending> group = new ArrayList<>();
    private final long firstSequence;
    private volatile String failure = "";
    private volatile boolean closing;
    private volatile long committed;
    private volatile long covered;
    private long lastCommit = System.nanoTime();
    private long uncoveredSince;

    /** An event whose producer waits for the receipt. */
    private static final class Pending {
        private final AuditEvent event;
        private final Sinks.One<AuditReceipt> answer = Sinks.one();
        private @Nullable AuditReceipt receipt;

        Pending(AuditEvent event) {
            this.event = event;
        }

        void fail(String why) {
            answer.tryEmitError(new AuditUnavailableException(why));
        }
    }

    /**
     * How a log is doing.
     *
     * @param committed events on stable storage
     * @param covered events that the latest checkpoint covers
     * @param queued events waiting for the writer
     * @param refused events not taken since the start
     */
    public record Status(long committed, long covered, long queued, long refused) {}

    private FileAuditLog(AuditSettings settings, EventQueue queue, Journal journal, FileLock lock) {
        this.settings = settings;
        this.queue = queue;
        this.journal = journal;
        this.lock = lock;
        this.firstSequence = journal.nextSequence();
        this.committed = journal.size();
        this.covered = journal.covered();
    }

    /**
     * Opens the log, beginning or recovering it, and starts its writer.
     *
     * @throws AuditDamagedException where the files are damaged before their end; the message names the place
     * @throws IOException where the folder cannot be used, or another process has it open
     */
    public static FileAuditLog open(AuditSettings settings) throws IOException {
        return open(settings, Disk.REAL);
    }

    static FileAuditLog open(AuditSettings settings, Disk disk) throws IOException {
        var folder = new LogFolder(settings.folder());
        folder.create();
        var lock = lock(folder);
        try {
            var queue = new EventQueue(settings.queueEvents(), settings.queueBytes());
            var log = new FileAuditLog(settings, queue, Journal.open(settings, disk, folder, queue.capacity()), lock);
            log.writer.start();
            return log;
        } catch (IOException | RuntimeException e) {
            lock.acquiredBy().close();
            throw e;
        }
    }

    private static FileLock lock(LogFolder folder) throws IOException {
        FileChannel channel = ((Disk.ChannelFile) Disk.REAL.open(folder.lock())).channel();
        try {
            var lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
        } catch (OverlappingFileLockException _) {
            // held by this process: reported below
        }
        channel.close();
        throw new IOException("audit folder `" + folder.path() + "` is in use by another process");
    }

    @Override
    public boolean offer(AuditEvent event) {
        if (closing || !failure.isEmpty() || queue.offer(event, weight(event)) == EventQueue.FULL) {
            refused.increment();
            return false;
        }
        wake(false);
        return !closing && failure.isEmpty(); // else the writer may have ended before it saw the event
    }

    @Override
    public Mono<AuditReceipt> append(AuditEvent event) {
        var pending = new Pending(event);
        urgent.incrementAndGet();
        if (closing || !failure.isEmpty()) {
            refuse(pending, closing ? CLOSED : failure);
        } else if (queue.offer(pending, weight(event)) == EventQueue.FULL) {
            refuse(pending, "the audit queue is full");
        } else {
            wake(true);
            if (!failure.isEmpty()) {
                pending.fail(failure); // the writer may have ended before it saw the event
            }
        }
        return pending.answer.asMono();
    }

    private void refuse(Pending pending, String why) {
        urgent.decrementAndGet();
        refused.increment();
        pending.fail(why);
    }

    @Override
    public Optional<String> failure() {
        String now = failure;
        return now.isEmpty() ? Optional.empty() : Optional.of(now);
    }

    public Status status() {
        return new Status(committed, covered, queue.backlog(), refused.sum());
    }

    /** The public key that proofs are checked with; it stands in the file {@code log.vkey}, too. */
    public VerifierKey key() {
        return journal.key();
    }

    /** Writes what is queued, signs a checkpoint over all of it, and ends the writer. Not to be called on the writer's thread. */
    @Override
    public void close() {
        closing = true;
        rest.set(AWAKE);
        LockSupport.unpark(writer);
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException _) {
                interrupted = true; // what was accepted is written first
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A measure of the memory that an event holds: its characters. */
    private static int weight(AuditEvent event) {
        long sum = 256L
                + length(event.tenant())
                + length(event.requestId())
                + length(event.principal())
                + length(event.action())
                + length(event.resource())
                + length(event.decision())
                + length(event.policies())
                + length(event.policyVersion())
                + length(event.approval())
                + length(event.outcome())
                + length(event.clientAddress())
                + length(event.userAgent())
                + length(event.bodyDigest());
        var details = event.details();
        for (int i = 0; i < details.size(); i++) {
            sum += 64L + length(details.name(i)) + length(details.value(i));
        }
        return (int) Math.min(sum, Integer.MAX_VALUE);
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    private void wake(boolean now) {
        int state = rest.get();
        if (state == AWAKE || (state == RESTING && !now && queue.backlog() < queue.capacity() / 2)) {
            return;
        }
        if (rest.compareAndSet(state, AWAKE)) {
            LockSupport.unpark(writer);
        }
    }

    private void run() {
        try (journal) {
            while (!(closing && queue.isEmpty())) {
                await();
                commit();
                checkpointWhereDue();
            }
            journal.finish();
            covered = journal.covered();
            end(CLOSED);
        } catch (IOException | RuntimeException | Error e) {
            poison(e);
        }
        release();
    }

    private void release() {
        try {
            lock.acquiredBy().close();
        } catch (IOException e) {
            LOG.warn("the lock of the audit folder could not be released", e);
        }
    }

    /** Waits until there is something worth doing. */
    private void await() {
        if (queue.isEmpty()) {
            rest(ASLEEP, journal.size() > journal.covered() ? checkpointIn() : Long.MAX_VALUE);
        } else if (urgent.get() == 0) {
            rest(RESTING, lastCommit + LINGER_NANOS - System.nanoTime());
        }
    }

    private void rest(int how, long nanos) {
        if (nanos <= 0) {
            return;
        }
        rest.set(how);
        boolean stay = how == ASLEEP ? queue.isEmpty() : urgent.get() == 0 && queue.backlog() < queue.capacity() / 2;
        if (stay && !closing) {
            LockSupport.parkNanos(this, nanos);
        }
        rest.set(AWAKE);
    }

    private long checkpointIn() {
        return uncoveredSince + settings.checkpoint().toNanos() - System.nanoTime();
    }

    private void commit() throws IOException {
        journal.reserve(firstSequence + queue.next() + Journal.GROUP_EVENTS);
        boolean any = false;
        while (!journal.groupFull()) {
            long sequence = firstSequence + queue.next();
            Object item = queue.poll();
            if (item == null) {
                break;
            }
            any = true;
            if (item instanceof Pending pending) {
                group.add(pending);
                long index = journal.add(pending.event, sequence);
                pending.receipt = new AuditReceipt(journal.lastId(), index);
            } else {
                journal.add((AuditEvent) item, sequence);
            }
        }
        if (any) {
            if (journal.size() == journal.covered()) {
                uncoveredSince = System.nanoTime();
            }
            journal.commit();
            lastCommit = System.nanoTime();
            committed = journal.size();
            acknowledge();
        }
    }

    private void acknowledge() {
        urgent.addAndGet(-group.size());
        for (var pending : group) {
            try {
                pending.answer.tryEmitValue(pending.receipt);
            } catch (RuntimeException e) {
                LOG.warn("a subscriber to an audit receipt has failed", e);
            }
        }
        group.clear();
    }

    private void checkpointWhereDue() throws IOException {
        if (journal.size() > journal.covered() && checkpointIn() <= 0) {
            journal.checkpoint();
            covered = journal.covered();
        }
    }

    /** Ends the log: nothing is tried again, since after a failed write or fsync nobody knows what is on the disk. */
    private void poison(Throwable cause) {
        Throwable shown = cause instanceof UncheckedIOException e && e.getCause() != null ? e.getCause() : cause;
        LOG.error("the audit log has failed and takes no more events", cause);
        end("the audit log has failed: " + shown.getClass().getSimpleName() + ": " + shown.getMessage());
    }

    /** Answers all who still wait; who comes later sees {@link #failure}. */
    private void end(String why) {
        failure = why;
        group.forEach(pending -> pending.fail(why));
        group.clear();
        for (Object item = queue.poll(); item != null; item = queue.poll()) {
            if (item instanceof Pending pending) {
                pending.fail(why);
            }
        }
    }
}
