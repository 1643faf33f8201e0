package io.gatehouse.audit.file;

import io.gatehouse.audit.merkle.Checkpoint;
import io.gatehouse.audit.merkle.MerkleHash;
import io.gatehouse.audit.merkle.VerifierKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Checks a log's folder offline, from its files alone: every payload against its commitment, every commitment against the
 * tree, the tree against every checkpoint kept, every signature, and the order and gaps of events. Everything is checked, so
 * that every fault is named. A folder that a gateway is writing to may be checked, too: what the latest checkpoint does not
 * cover yet is reported as such.
 */
public final class AuditVerifier {
    private final LogFolder folder;
    private final VerifierKey key;
    private final boolean keyGiven;
    private final Faults faults = new Faults();
    private final List<String> notes = new ArrayList<>();
    private final Map<Long, byte[]> repaired = new ConcurrentHashMap<>();

    private AuditVerifier(LogFolder folder, VerifierKey key, boolean keyGiven) {
        this.folder = folder;
        this.key = key;
        this.keyGiven = keyGiven;
    }

    /**
     * Checks a folder.
     *
     * @param trusted the public key that the log's owner has told; empty to use the one in the folder, which proves less
     * @param kept a checkpoint of this log that was kept elsewhere, which the log must still contain
     */
    public static Verification verify(Path path, Optional<VerifierKey> trusted, Optional<String> kept)
            throws IOException {
        var folder = new LogFolder(path);
        if (trusted.isPresent()) {
            return new AuditVerifier(folder, trusted.get(), true).run(kept);
        }
        try {
            var own = VerifierKey.parse(Files.readString(folder.verifierKey(), StandardCharsets.ISO_8859_1));
            return new AuditVerifier(folder, own, false).run(kept);
        } catch (IOException | IllegalArgumentException e) {
            var fault = new Fault("log.vkey", -1, -1, "no usable public key: " + e.getMessage());
            return new Verification(List.of(fault), 1, List.of(), 0, 0, 0, "", false);
        }
    }

    private Verification run(Optional<String> kept) throws IOException {
        // what grows first is looked at first, so that a writer at work never seems to be ahead of itself
        var state = state();
        boolean open = state == null || state.open();
        byte[] latest = Files.exists(folder.latestCheckpoint()) ? Files.readAllBytes(folder.latestCheckpoint()) : null;
        var claims = new ArrayList<>(new CheckpointsCheck(folder, key, faults, notes).run(latest, open));
        var sizes = TileSizes.of(folder);
        var segments = segments(sizes, open);
        names(open);
        publishedKey();
        long size = segments.isEmpty() ? 0 : segments.getLast().to();
        long covered = claims.isEmpty() ? 0 : claims.getLast().checkpoint().size();
        long checkpoints = claims.size();
        sizes.check(size, covered, open, faults);
        kept.ifPresent(note -> claims.add(kept(note)));
        claims.sort(Comparator.comparingLong(claim -> claim.checkpoint().size()));
        new TreeCheck(folder, faults, repaired).run(Math.min(size, sizes.leaves()), known(claims));
        order(segments, state);
        missing(size, Math.max(covered, sizes.leaves()));
        if (covered < size) {
            String tail = "events from index " + covered + " to " + (size - 1) + " are not yet covered by a checkpoint";
            if (open) {
                notes.add(tail);
            } else {
                faults.add("checkpoint", covered, -1, tail + ", though the log was closed");
            }
        }
        long events = segments.stream().mapToLong(SegmentCheck.Summary::events).sum();
        return new Verification(
                faults.list(),
                faults.count(),
                List.copyOf(notes),
                events,
                covered,
                checkpoints,
                key.toString(),
                keyGiven);
    }

    /** What is committed but in no segment was cut off the end; tiles are written after the segment, even by a writer at work. */
    private void missing(long size, long committed) {
        if (committed > size) {
            faults.add("segments", size, -1, "events from index " + size + " to " + (committed - 1) + " are missing");
        }
    }

    private static List<TreeCheck.Claim> known(List<TreeCheck.Claim> claims) {
        return claims.stream().filter(claim -> claim.checkpoint().size() >= 0).toList();
    }

    private TreeCheck.Claim kept(String note) {
        try {
            return new TreeCheck.Claim("kept checkpoint", -1, Checkpoint.open(note, key));
        } catch (IllegalArgumentException e) {
            faults.add("kept checkpoint", String.valueOf(e.getMessage()));
            return new TreeCheck.Claim("kept checkpoint", -1, new Checkpoint("", -1, "", ""));
        }
    }

    private @Nullable LogState state() throws IOException {
        try {
            if (Files.exists(folder.state())) {
                return LogState.read(folder.state());
            }
            faults.add("state", "missing");
        } catch (IllegalArgumentException e) {
            faults.add("state", String.valueOf(e.getMessage()));
        }
        return null;
    }

    private void publishedKey() throws IOException {
        String text = Files.exists(folder.verifierKey())
                ? Files.readString(folder.verifierKey(), StandardCharsets.ISO_8859_1)
                : "";
        if (!text.equals(key + "\n")) {
            faults.add("log.vkey", "expected `" + key + "`, got `" + text.strip() + "`");
        }
    }

    private void names(boolean open) throws IOException {
        if (!Files.exists(folder.lock()) || Files.size(folder.lock()) != 0) {
            faults.add("lock", "expected an empty file");
        }
        try (var files = Files.walk(folder.path())) {
            files.filter(Files::isRegularFile)
                    .map(folder::name)
                    .filter(name -> !known(name) && !(open && name.endsWith(".tmp")))
                    .sorted()
                    .forEach(name -> faults.add(name, "file does not belong here"));
        }
    }

    private static boolean known(String name) {
        return switch (name) {
            case "lock", "state", "log.vkey", "checkpoint", "checkpoints", "tiles/entries" -> true;
            default ->
                name.matches("tiles/[0-7]")
                        || (name.startsWith("segments/") && LogFolder.isSegment(name.substring("segments/".length())));
        };
    }

    private List<SegmentCheck.Summary> segments(TileSizes sizes, boolean open) throws IOException {
        var files = folder.segmentFiles();
        if (files.isEmpty()) {
            faults.add("segments", "missing");
        }
        try {
            return IntStream.range(0, files.size())
                    .parallel()
                    .mapToObj(i -> check(files, i, sizes.leaves(), open))
                    .toList();
        } catch (UncheckedIOException e) {
            throw new IOException(e);
        }
    }

    private SegmentCheck.Summary check(List<Path> files, int i, long leaves, boolean open) {
        try {
            boolean last = i == files.size() - 1;
            long before = i == 0 ? 0 : Files.size(files.get(i - 1));
            return new SegmentCheck(folder, files.get(i), leaves, open && last, faults, repaired).run(before);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void order(List<SegmentCheck.Summary> segments, @Nullable LogState state) {
        long expected = 0;
        SegmentCheck.Order last = null;
        for (var segment : segments) {
            if (segment.from() != expected) {
                faults.add(segment.file(), expected, -1, "expected a segment that begins with index " + expected);
            }
            var first = segment.first();
            if (first != null && last != null) {
                String fault = first.faultAfter(last);
                if (fault != null) {
                    faults.add(segment.file(), first.index(), -1, fault);
                }
            } else if (first != null && first.sequence() != 0 && first.gapFrom() != 0) {
                faults.add(segment.file(), first.index(), -1, "the log begins with sequence " + first.sequence());
            }
            if (segment.torn()) {
                notes.add(segment.file()
                        + ": ends within a group: it is being written, or a crash was not yet recovered");
            }
            expected = segment.to();
            last = segment.last() == null ? last : segment.last();
        }
        if (state != null) {
            lastSequence(last == null ? 0 : last.sequence() + 1, state);
        }
    }

    private void lastSequence(long next, LogState state) {
        if (state.open()) {
            notes.add("the log is open: a gateway is writing to it, or ended without closing it");
        }
        if (state.open() ? next > state.sequence() : next != state.sequence()) {
            faults.add(
                    "state", "says that the next sequence is " + state.sequence() + ", the events end before " + next);
        }
    }

    /** How much the tile files held when the check began. */
    private record TileSizes(long entryBytes, List<Long> levelBytes) {
        static TileSizes of(LogFolder folder) throws IOException {
            List<Long> levels = new ArrayList<>();
            for (int level = 0; level < LogFolder.LEVELS; level++) {
                levels.add(size(folder.tiles(level)));
            }
            return new TileSizes(size(folder.entries()), levels);
        }

        private static long size(Path file) throws IOException {
            return Files.exists(file) ? Files.size(file) : 0;
        }

        /** Leaves for which both hash and entry are there. */
        long leaves() {
            return Math.min(entryBytes / Leaf.ENTRY, levelBytes.getFirst() / MerkleHash.LENGTH);
        }

        void check(long size, long covered, boolean open, Faults faults) {
            check("tiles/entries", entryBytes, Leaf.ENTRY, open ? covered : size, size, faults);
            for (int level = 0; level < levelBytes.size(); level++) {
                long most = size >>> (8 * level);
                long least = open ? covered >>> (8 * level) : most;
                check("tiles/" + level, levelBytes.get(level), MerkleHash.LENGTH, least, most, faults);
            }
        }

        private static void check(String file, long bytes, int width, long least, long most, Faults faults) {
            if (bytes < least * width || bytes > most * width) {
                faults.add(
                        file,
                        Math.min(bytes / width, most),
                        bytes,
                        "expected " + (least == most ? "" : least * width + " to ") + most * width + " bytes, got "
                                + bytes);
            }
        }
    }
}
