package io.gatehouse.audit.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gatehouse.audit.AuditLog;
import io.gatehouse.audit.testing.AuditLogContract;
import io.gatehouse.audit.testing.Events;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileAuditLogTest extends AuditLogContract {
    @TempDir
    private Path root;

    private Path folder() {
        return root.resolve("audit");
    }

    private AuditSettings settings() {
        return AuditSettings.of(folder(), "node-1").withSegmentBytes(256 << 10);
    }

    @Override
    protected AuditLog open() throws IOException {
        return FileAuditLog.open(settings());
    }

    @Override
    protected void close(AuditLog log) {
        ((FileAuditLog) log).close();
    }

    @Override
    protected List<String> recorded() throws IOException {
        List<String> payloads = new ArrayList<>();
        new AuditReader(folder()).events(event -> payloads.add(event.payload()));
        return payloads;
    }

    private static Path elsewhere(Path root) {
        return root.resolve("other");
    }

    @Test
    void keepsItsFilesToItself() throws IOException {
        try (var files = Files.walk(folder())) {
            for (var file : files.toList()) {
                String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                assertThat(mode).isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
            }
        }
        var key = root.resolve("audit.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
    }

    @Test
    void isOpenedByOneProcessAtATime() {
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("is in use");
    }

    @Test
    void completesReceiptsOnTheWritersThread() throws IOException {
        try (var log = FileAuditLog.open(AuditSettings.of(elsewhere(root), "node-1"))) {
            var thread = new AtomicReference<String>();
            for (int i = 0; thread.get() == null || !thread.get().equals("gatehouse-audit"); i++) {
                // a subscriber that comes after the fsync runs on its own thread: try until it comes before
                log.append(Events.decision(i))
                        .doOnNext(receipt -> thread.set(Thread.currentThread().getName()))
                        .block();
            }
            assertThat(thread.get()).isEqualTo("gatehouse-audit");
        }
    }

    @Test
    void refusesWhatItsQueueCannotHold() throws IOException {
        var settings = AuditSettings.of(elsewhere(root), "node-1").withQueue(16, 1 << 20);
        var gate = new GatedDisk();
        try (var log = FileAuditLog.open(settings, gate)) {
            gate.shut();
            log.append(Events.decision(0));
            gate.awaitBlocked();
            int taken = 0;
            while (log.offer(Events.decision(taken))) {
                taken++;
            }
            assertThat(taken).isEqualTo(16);
            assertThat(log.status().refused()).isEqualTo(1);
            assertThat(log.failure()).isEmpty();
            assertThatThrownBy(() -> log.append(Events.decision(1)).block()).hasMessageContaining("queue is full");
            gate.open();
        }
        assertThat(AuditVerifier.verify(elsewhere(root), Optional.empty(), Optional.empty()))
                .matches(Verification::good)
                .extracting(Verification::events)
                .isEqualTo(17L);
    }

    @Test
    void refusesAnEventLargerThanItsQueue() throws IOException {
        var settings = AuditSettings.of(elsewhere(root), "node-1").withQueue(1024, 64 << 10);
        try (var log = FileAuditLog.open(settings)) {
            assertThat(log.offer(Events.large(64 << 10))).isFalse();
            assertThat(log.offer(Events.large(32 << 10))).isTrue();
        }
    }

    @Test
    void signsACheckpointWithinItsInterval() throws IOException {
        var settings = AuditSettings.of(elsewhere(root), "node-1").withCheckpoint(Duration.ofMillis(20));
        try (var log = FileAuditLog.open(settings)) {
            log.append(Events.decision(0)).block();
            var reader = new AuditReader(elsewhere(root));
            await().untilAsserted(() -> assertThat(
                            reader.checkpoint(log.key()).orElseThrow().size())
                    .isEqualTo(1));
        }
    }

    @Test
    void isVerifiedWhileItIsWritten() throws IOException {
        var settings = AuditSettings.of(elsewhere(root), "node-1")
                .withCheckpoint(Duration.ofMillis(10))
                .withSegmentBytes(64 << 10);
        try (var log = FileAuditLog.open(settings)) {
            var writer = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 10_000; i++) {
                    while (!log.offer(Events.decision(i))) {
                        Thread.onSpinWait();
                    }
                }
            });
            int checks = 0;
            do {
                var found = AuditVerifier.verify(elsewhere(root), Optional.of(log.key()), Optional.empty());
                assertThat(found.faults()).isEmpty();
                checks++;
            } while (writer.isAlive() || checks < 3);
        }
        assertThat(AuditVerifier.verify(elsewhere(root), Optional.empty(), Optional.empty()))
                .matches(Verification::good)
                .matches(found -> found.events() == 10_000 && found.covered() == 10_000);
    }
}
