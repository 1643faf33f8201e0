package io.gatehouse.benchmarks;

import io.gatehouse.audit.AuditEvent;
import io.gatehouse.audit.AuditKind;
import io.gatehouse.audit.AuditLog;
import io.gatehouse.audit.Details;
import io.gatehouse.audit.file.AuditSettings;
import io.gatehouse.audit.file.FileAuditLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Appending events to the log on disk without end: the time is what the whole way to stable storage takes for one event, since
 * a full queue makes the caller wait.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AuditBenchmark {
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

    private final Path folder = temporaryFolder();
    private final FileAuditLog log = open(folder);

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("gatehouse-audit-benchmark");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static FileAuditLog open(Path folder) {
        try {
            return FileAuditLog.open(AuditSettings.of(folder, "benchmark"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Benchmark
    public AuditLog offer() {
        while (!log.offer(EVENT)) {
            LockSupport.parkNanos(10_000);
        }
        return log;
    }

    /** Closes the log and removes its files. */
    @TearDown
    public void close() throws IOException {
        log.close();
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
