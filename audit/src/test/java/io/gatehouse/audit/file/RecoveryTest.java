package io.gatehouse.audit.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.audit.AuditDamagedException;
import io.gatehouse.audit.AuditUnavailableException;
import io.gatehouse.audit.testing.Events;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryTest {
    @TempDir
    private Path root;

    private Path folder() {
        return root.resolve("audit");
    }

    private AuditSettings settings() {
        return AuditSettings.of(folder(), "node-1").withSegmentBytes(1 << 20);
    }

    private Verification verify() throws IOException {
        return AuditVerifier.verify(folder(), Optional.empty(), Optional.empty());
    }

    private List<String> payloads() throws IOException {
        List<String> payloads = new ArrayList<>();
        new AuditReader(folder()).events(event -> payloads.add(event.payload()));
        return payloads;
    }

    /** Leaves a log as a process that died leaves it: nothing after the last fsync, and the state open. */
    private void die(int events) throws IOException {
        var disk = new FailingDisk();
        try (var log = FileAuditLog.open(settings(), disk)) {
            for (int i = 0; i < events; i++) {
                log.append(Events.decision(i)).block();
            }
            disk.allow(0);
            assertThatThrownBy(() -> log.append(Events.decision(events)).block())
                    .isInstanceOf(AuditUnavailableException.class);
        }
    }

    private Path onlySegment() throws IOException {
        return new LogFolder(folder()).segmentFiles().getFirst();
    }

    @Test
    void boundsWhatACrashMayHaveLostByAGapEvent() throws IOException {
        die(5);
        FileAuditLog.open(settings()).close();
        assertThat(payloads()).hasSize(6);
        assertThat(payloads().getLast())
                .contains("\"kind\":\"gap\"", "\"firstMissing\":\"5\"", "\"atMost\":\"20480\"")
                .doesNotContain("cutBytes");
        assertThat(verify().faults()).isEmpty();
    }

    @Test
    void findsThatTheWholeLastSegmentIsMissing() throws IOException {
        var small = settings().withSegmentBytes(64 << 10);
        for (int part = 0; part < 2; part++) {
            try (var log = FileAuditLog.open(small)) {
                for (int i = 0; i < 150; i++) {
                    log.offer(Events.decision(i));
                }
            }
        }
        var last = new LogFolder(folder()).segmentFiles().getLast();
        long first = LogFolder.firstIndex(last);
        Files.delete(last);
        assertThat(verify().faults())
                .anyMatch(fault -> fault.file().equals("segments")
                        && fault.index() == first
                        && fault.what().contains("to 299 are missing"));
    }

    @Test
    void writesNoGapEventAfterACleanClose() throws IOException {
        try (var log = FileAuditLog.open(settings())) {
            log.append(Events.decision(0)).block();
        }
        FileAuditLog.open(settings()).close();
        assertThat(payloads()).hasSize(1);
        assertThat(verify().faults()).isEmpty();
    }

    @Test
    void cutsATornTailAndRecordsTheCut() throws IOException {
        die(5);
        byte[] content = Files.readAllBytes(onlySegment());
        Files.write(onlySegment(), new byte[] {'G', 'R', 'P', '1', 0, 0, 1}, StandardOpenOption.APPEND);
        assertThat(verify().faults()).isEmpty();
        FileAuditLog.open(settings()).close();
        assertThat(payloads()).hasSize(6);
        assertThat(payloads().getLast()).contains("\"cutOffset\":\"" + content.length + "\",\"cutBytes\":\"7\"");
        assertThat(verify().faults()).isEmpty();
    }

    @Test
    void refusesDamageBeforeTheTailAndNamesThePlace() throws IOException {
        die(5);
        byte[] content = Files.readAllBytes(onlySegment());
        int at = new String(content, StandardCharsets.ISO_8859_1).indexOf("req-2");
        content[at] ^= 1;
        Files.write(onlySegment(), content);
        assertThatThrownBy(() -> FileAuditLog.open(settings()))
                .isInstanceOf(AuditDamagedException.class)
                .hasMessageContaining("segments/00000000000000000000.seg: offset")
                .hasMessageContaining("index 2: checksum does not hold");
    }

    @Test
    void makesTheLatestCheckpointAgainWhereAPowerFailureLostIt() throws IOException {
        try (var log = FileAuditLog.open(settings())) {
            log.append(Events.decision(0)).block();
        }
        var latest = folder().resolve("checkpoint");
        byte[] content = Files.readAllBytes(latest);
        Files.write(latest, new byte[0]);
        assertThat(verify().faults()).extracting(Fault::file).containsExactly("checkpoint");
        FileAuditLog.open(settings()).close();
        assertThat(latest).hasBinaryContent(content);
        assertThat(verify().faults()).isEmpty();
    }

    @Test
    void refusesALogThatEndsBeforeItsLastCheckpoint() throws IOException {
        try (var log = FileAuditLog.open(settings())) {
            log.append(Events.decision(0)).block();
            log.append(Events.decision(1)).block();
        }
        byte[] content = Files.readAllBytes(onlySegment());
        Files.write(onlySegment(), Arrays.copyOf(content, content.length - 1));
        assertThatThrownBy(() -> FileAuditLog.open(settings()))
                .isInstanceOf(AuditDamagedException.class)
                .hasMessageContaining("end at index 1, but the last checkpoint covers 2 events");
    }

    @Test
    void beginsNoNewLogWhereOneWasTakenAway() throws IOException {
        FileAuditLog.open(settings()).close();
        Files.move(folder(), root.resolve("away"));
        assertThatThrownBy(() -> FileAuditLog.open(settings()))
                .isInstanceOf(AuditDamagedException.class)
                .hasMessageContaining("log.vkey: missing");
        Files.move(root.resolve("audit.key"), root.resolve("away.key"));
        FileAuditLog.open(settings()).close();
        Files.delete(root.resolve("audit.key"));
        assertThatThrownBy(() -> FileAuditLog.open(settings())).hasMessageContaining("signing key is missing");
    }

    @Test
    void acknowledgesNothingThatAFullDiskDidNotTake() throws IOException {
        for (int room : new int[] {0, 1, 27, 28, 100, 700, 1_000, 5_000}) {
            var settings = AuditSettings.of(root.resolve("full-" + room), "node-1");
            var disk = new FailingDisk();
            List<String> acknowledged = new ArrayList<>();
            try (var log = FileAuditLog.open(settings, disk)) {
                disk.allow(room);
                for (int i = 0; log.failure().isEmpty(); i++) {
                    log.append(Events.decision(i))
                            .doOnNext(receipt -> acknowledged.add(receipt.id()))
                            .onErrorComplete(AuditUnavailableException.class)
                            .block();
                }
                assertThat(log.failure().orElseThrow()).contains("no space left");
                assertThat(log.offer(Events.decision(0))).isFalse();
            }
            FileAuditLog.open(settings).close();
            List<String> payloads = new ArrayList<>();
            new AuditReader(settings.folder()).events(event -> payloads.add(event.payload()));
            assertThat(acknowledged).allMatch(id -> payloads.stream().anyMatch(payload -> payload.contains(id)));
            assertThat(AuditVerifier.verify(settings.folder(), Optional.empty(), Optional.empty())
                            .faults())
                    .isEmpty();
        }
    }

    @Test
    void neverTriesAFailedFsyncAgain() throws IOException {
        var disk = new FailingDisk();
        try (var log = FileAuditLog.open(settings(), disk)) {
            disk.breakForce();
            var first = log.append(Events.decision(0));
            assertThatThrownBy(first::block).isInstanceOf(AuditUnavailableException.class);
            int forced = disk.forced();
            assertThatThrownBy(() -> log.append(Events.decision(1)).block())
                    .isInstanceOf(AuditUnavailableException.class)
                    .hasMessageContaining("input/output error");
            assertThat(log.failure()).isPresent();
            assertThat(disk.forced()).isEqualTo(forced);
        }
    }

    /** Run in a child JVM: appends for ever, and prints each id once it is acknowledged. */
    static final class Appender {
        private Appender() {}

        public static void main(String[] args) throws IOException {
            var settings = AuditSettings.of(Path.of(args[0]), "node-1").withSegmentBytes(256 << 10);
            try (var log = FileAuditLog.open(settings)) {
                for (int i = 0; log.failure().isEmpty(); i++) {
                    log.offer(Events.decision(i));
                    log.append(Events.decision(i)).subscribe(receipt -> System.out.println(receipt.id()));
                    if (i % 64 == 0) {
                        log.append(Events.decision(i)).block();
                    }
                }
            }
        }
    }

    @Test
    void losesNothingAcknowledgedWhenTheProcessIsKilled() throws IOException, InterruptedException {
        List<String> acknowledged = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            int wanted = acknowledged.size() + 300 + 400 * round;
            var child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Appender.class.getName(),
                            folder().toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (var lines =
                    new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.length() == EventIds.TEXT && line.charAt(14) == '7') {
                        acknowledged.add(line);
                    }
                    if (acknowledged.size() == wanted) {
                        child.toHandle().destroyForcibly(); // unlike that of the process this leaves the pipe open
                    }
                }
            }
            child.waitFor();
            assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(wanted);
        }
        FileAuditLog.open(settings()).close();
        assertThat(verify().faults()).isEmpty();
        var payloads = payloads();
        assertThat(payloads.stream().map(payload -> payload.substring(7, 7 + EventIds.TEXT)))
                .containsAll(acknowledged);
        assertThat(payloads.stream().filter(payload -> payload.contains("\"kind\":\"gap\"")))
                .hasSize(3);
    }
}
