package io.gatehouse.audit.testing;

import com.sun.management.ThreadMXBean;
import io.gatehouse.audit.AuditEvent;
import io.gatehouse.audit.AuditKind;
import io.gatehouse.audit.Details;
import io.gatehouse.audit.file.AuditSettings;
import io.gatehouse.audit.file.AuditVerifier;
import io.gatehouse.audit.file.FileAuditLog;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Prints what the log costs; not a test. Arguments: a folder that does not exist yet, on the disk to be measured, and how many
 * events to write to it.
 */
public final class Measurement {
    private static final int BURST = 4_000;
    private static final int BURSTS = 100;
    private static final AuditEvent EVENT = new AuditEvent(
            1_793_534_400_000L,
            AuditKind.DECISION,
            "default",
            "01JBM9P7WQ8T2Z5V",
            "client:bench",
            "mcp:read_order",
            "engine:crm",
            "permit",
            "orders-read,orders-any",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            null,
            null,
            0,
            -1,
            "192.0.2.10",
            "bench/1.0",
            null,
            Details.of("route", "orders"));

    private Measurement() {}

    public static void main(String[] args) throws IOException {
        var folder = Path.of(args[0]);
        int events = Integer.parseInt(args[1]);
        var settings = AuditSettings.of(folder, "node-1");
        try (var log = FileAuditLog.open(settings)) {
            throughput(log, events);
        }
        verify(folder);
        verify(folder);
        try (var log = FileAuditLog.open(settings)) {
            throughput(log, events);
            offer(log);
        }
    }

    private static void throughput(FileAuditLog log, int events) {
        long before = log.status().committed();
        long start = System.nanoTime();
        for (int i = 0; i < events - 1; i++) {
            while (!log.offer(EVENT)) {
                LockSupport.parkNanos(20_000);
            }
        }
        while (log.status().queued() > 0) {
            LockSupport.parkNanos(20_000);
        }
        log.append(EVENT).block();
        double seconds = (System.nanoTime() - start) / 1e9;
        long durable = log.status().committed() - before;
        System.out.printf(
                Locale.ROOT, "write: %,.0f durable events/s (%,d in %.2f s)%n", durable / seconds, durable, seconds);
    }

    /** One producer that is never refused: bursts that fit the queue, with rests in which the writer catches up. */
    private static void offer(FileAuditLog log) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long best = Long.MAX_VALUE;
        long sum = 0;
        long bytes = 0;
        for (int burst = 0; burst < BURSTS; burst++) {
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            for (int i = 0; i < BURST; i++) {
                if (!log.offer(EVENT)) {
                    throw new IllegalStateException("refused");
                }
            }
            long took = System.nanoTime() - start;
            bytes = threads.getCurrentThreadAllocatedBytes() - allocated;
            best = Math.min(best, took);
            sum += took;
            log.append(EVENT).block();
        }
        System.out.printf(
                Locale.ROOT,
                "offer, ns: best burst %.1f, mean %.1f; bytes allocated: %.3f%n",
                (double) best / BURST,
                (double) sum / BURST / BURSTS,
                (double) bytes / BURST);
    }

    private static void verify(Path folder) throws IOException {
        long size = 0;
        try (var files = Files.list(folder.resolve("segments"))) {
            for (var file : files.toList()) {
                size += Files.size(file);
            }
        }
        long start = System.nanoTime();
        var found = AuditVerifier.verify(folder, Optional.empty(), Optional.empty());
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "verify: %,.0f events/s (%,d of %d bytes in %.2f s), good: %s%n",
                found.events() / seconds,
                found.events(),
                size / found.events(),
                seconds,
                found.good());
    }
}
