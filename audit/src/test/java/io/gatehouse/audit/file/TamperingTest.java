package io.gatehouse.audit.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.gatehouse.audit.testing.Events;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thousand tamperings, from one seed, with every file of a log: each is found, and its place named. */
class TamperingTest {
    private static final int EVENTS = 120;

    @TempDir
    private static Path root;

    private static Path folder;

    @BeforeAll
    static void record() throws IOException {
        folder = root.resolve("audit");
        var settings = AuditSettings.of(folder, "node-1").withSegmentBytes(64 << 10);
        for (int part = 0; part < 3; part++) {
            try (var log = FileAuditLog.open(settings)) {
                for (int i = 0; i < EVENTS; i++) {
                    if (i % 100 == 0) {
                        log.append(Events.decision(i)).block();
                    } else {
                        assertThat(log.offer(Events.decision(i))).isTrue();
                    }
                }
            }
        }
    }

    private static List<Path> files() throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static Verification verify() throws IOException {
        return AuditVerifier.verify(folder, Optional.empty(), Optional.empty());
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] splice(byte[] content, int from, int to, byte[] middle) {
        byte[] out = Arrays.copyOf(content, content.length - (to - from) + middle.length);
        System.arraycopy(middle, 0, out, from, middle.length);
        System.arraycopy(content, to, out, from + middle.length, content.length - to);
        return out;
    }

    /** One change of a file. */
    private static final class Change {
        /** What the file then holds; {@code null} deletes it. */
        private final byte @Nullable [] content;

        /** The offset of the one byte that was changed, -1 where more than that was done. */
        private final int flipped;

        Change(byte @Nullable [] content, int flipped) {
            this.content = content;
            this.flipped = flipped;
        }

        static Change of(byte[] content, Random random) {
            if (content.length == 0) {
                return new Change(random.nextBoolean() ? bytes(random, 1 + random.nextInt(64)) : null, -1);
            }
            int at = random.nextInt(content.length);
            int other = at + random.nextInt(content.length - at);
            return switch (random.nextInt(8)) {
                case 0, 1, 2 -> {
                    byte[] flipped = content.clone();
                    flipped[at] ^= (byte) (1 << random.nextInt(8));
                    yield new Change(flipped, at);
                }
                case 3 -> new Change(Arrays.copyOf(content, at), -1);
                case 4 -> new Change(splice(content, at, at, bytes(random, 1 + random.nextInt(100))), -1);
                case 5 -> new Change(splice(content, at, other + 1, new byte[0]), -1);
                case 6 -> {
                    int length = Math.min(32, content.length - other);
                    byte[] swapped = content.clone();
                    System.arraycopy(content, other, swapped, at, length);
                    yield new Change(swapped, -1);
                }
                default ->
                    new Change(
                            random.nextInt(10) == 0
                                    ? null
                                    : splice(content, at, at, Arrays.copyOfRange(content, at, other + 1)),
                            -1);
            };
        }

        void write(Path file) throws IOException {
            if (content == null) {
                Files.delete(file);
            } else {
                Files.write(file, content);
            }
        }
    }

    /** The indexes by which a fault may name the byte at an offset: its event, or the first of its group. */
    private static Set<Long> indexes(String name, byte[] content, int at) {
        return switch (name) {
            case "tiles/0" -> Set.of((long) at / 32);
            case "tiles/1" -> Set.of((long) at / 32 * 256);
            case "tiles/entries" -> Set.of((long) at / Leaf.ENTRY);
            default -> name.startsWith("segments/") ? indexes(new Segment(content), at) : Set.of(-1L);
        };
    }

    private static Set<Long> indexes(Segment segment, int at) {
        Set<Long> indexes = new HashSet<>();
        for (int group = Segment.HEADER; group < segment.length(); group = segment.end(group)) {
            if (at < segment.end(group)) {
                indexes.add(segment.groupIndex(group));
                segment.records(group, (index, leaf, salt, payload, length) -> {
                    if (leaf - 4 <= at && at < payload + length) {
                        indexes.add(index);
                    }
                });
                return indexes;
            }
        }
        return indexes;
    }

    @Test
    void findsAThousandTamperingsAndNamesThePlace() throws IOException {
        assertThat(verify().faults()).isEmpty();
        var random = new Random(20_261_122);
        var files = files();
        int done = 0;
        for (int i = 0; done < 1000; i++) {
            var file = files.get(i % files.size());
            byte[] content = Files.readAllBytes(file);
            var change = Change.of(content, random);
            if (Arrays.equals(content, change.content)) {
                continue;
            }
            done++;
            change.write(file);
            String name = name(file);
            var faults = verify().faults();
            if (change.flipped < 0) {
                assertThat(faults)
                        .as("tampering %s with %s", i, name)
                        .anyMatch(fault -> fault.file().equals(name)
                                || (name.startsWith("segments") && fault.file().startsWith("segments")));
            } else {
                var indexes = indexes(name, content, change.flipped);
                assertThat(faults)
                        .as("tampering %s with %s at offset %s", i, name, change.flipped)
                        .anyMatch(fault -> fault.file().equals(name) && indexes.contains(fault.index()));
            }
            Files.write(file, content);
        }
        assertThat(verify().faults()).isEmpty();
    }

    @Test
    void namesTheIndexOfEachAlteredEvent() throws IOException {
        var segment = folder.resolve("segments/00000000000000000000.seg");
        byte[] content = Files.readAllBytes(segment);
        byte[] changed = content.clone();
        int first = indexOf(changed, "\"requestId\":\"req-3\"");
        int second = indexOf(changed, "\"requestId\":\"req-5\"");
        changed[first + 14] ^= 1;
        changed[second + 14] ^= 1;
        Files.write(segment, changed);
        assertThat(verify().faults())
                .extracting(Fault::index, Fault::what)
                .containsExactly(
                        tuple(3L, "payload or salt does not match the commitment"),
                        tuple(5L, "payload or salt does not match the commitment"));
        Files.write(segment, content);
    }

    @Test
    void findsSwappedSegmentsAndCheckpointsAndFilesThatDoNotBelongThere() throws IOException {
        var segments = new LogFolder(folder).segmentFiles();
        byte[] one = Files.readAllBytes(segments.get(1));
        byte[] two = Files.readAllBytes(segments.get(2));
        Files.write(segments.get(1), two);
        Files.write(segments.get(2), one);
        assertThat(verify().faults()).extracting(Fault::file).contains(name(segments.get(1)), name(segments.get(2)));
        Files.write(segments.get(1), one);
        Files.write(segments.get(2), two);

        var checkpoints = folder.resolve("checkpoints");
        byte[] all = Files.readAllBytes(checkpoints);
        var entries = CheckpointFile.read(all, 0);
        assertThat(entries).hasSizeGreaterThan(2);
        Files.write(checkpoints, splice(all, entries.get(1).at(), entries.get(1).end(), new byte[0]));
        assertThat(verify().faults()).extracting(Fault::file).contains("checkpoints");
        Files.write(checkpoints, all);

        var extra = folder.resolve("segments/x.seg");
        Files.write(extra, one);
        assertThat(verify().faults()).extracting(Fault::file).containsExactly("segments/x.seg");
        Files.delete(extra);
    }

    @Test
    void findsALogThatWasRolledBackOrReplacedWithTheHelpOfWhatWasKeptElsewhere() throws IOException {
        var key = new AuditReader(folder).key();
        String kept = Files.readString(folder.resolve("checkpoint"));
        assertThat(AuditVerifier.verify(folder, Optional.of(key), Optional.of(kept))
                        .faults())
                .isEmpty();
        var other = root.resolve("replaced");
        try (var log = FileAuditLog.open(AuditSettings.of(other, "node-1"))) {
            log.append(Events.decision(0)).block();
        }
        assertThat(AuditVerifier.verify(other, Optional.empty(), Optional.empty())
                        .faults())
                .isEmpty();
        assertThat(AuditVerifier.verify(other, Optional.of(key), Optional.empty())
                        .faults())
                .extracting(Fault::file)
                .contains("log.vkey", "checkpoints");
        assertThat(AuditVerifier.verify(other, Optional.empty(), Optional.of(kept))
                        .faults())
                .extracting(Fault::file)
                .contains("kept checkpoint");
    }

    private static String name(Path file) {
        return folder.relativize(file).toString();
    }

    private static int indexOf(byte[] content, String text) {
        return new String(content, StandardCharsets.ISO_8859_1).indexOf(text);
    }
}
