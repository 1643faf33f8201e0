package io.gatehouse.audit.file;

import io.gatehouse.audit.AuditDamagedException;
import io.gatehouse.audit.merkle.Checkpoint;
import io.gatehouse.audit.merkle.MerkleFrontier;
import io.gatehouse.audit.merkle.StrictBase64;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings the files of a log that ended, or died, to a state that can be continued. Only the last segment is read: what a crash
 * tore off its end (nothing that was acknowledged) is cut; a damage before the end, or anything missing that a checkpoint
 * covers, is refused with the place.
 */
final class Recovery {
    private final Disk disk;
    private final LogFolder folder;
    private final @Nullable Checkpoint checkpoint;

    private long previousLength;
    private long lastIdHigh;
    private long lastSequence = -1;
    private @Nullable Cut cut;

    /**
     * What was cut off.
     *
     * @param file the segment
     * @param offset where the cut is
     * @param bytes how much went
     */
    record Cut(String file, long offset, long bytes) {}

    Recovery(Disk disk, LogFolder folder, @Nullable Checkpoint checkpoint) {
        this.disk = disk;
        this.folder = folder;
        this.checkpoint = checkpoint;
    }

    /** Repairs, and answers the tiles to go on with. */
    TileWriter run() throws IOException {
        List<Path> segments = withoutBarelyBegun(folder.segmentFiles());
        if (segments.isEmpty()) {
            if (checkpoint != null && checkpoint.size() > 0) {
                throw new AuditDamagedException("segments: all of them are missing");
            }
            return TileWriter.open(disk, folder, 0);
        }
        checkOrder(segments);
        return rebuild(segments.getLast());
    }

    /** The first half of the last id, 0 where there is none. */
    long lastIdHigh() {
        return lastIdHigh;
    }

    /** The last event's sequence number, -1 where there is none. */
    long lastSequence() {
        return lastSequence;
    }

    @Nullable
    Cut cut() {
        return cut;
    }

    /** A crash while a segment was being begun leaves one without a whole header; it held nothing. */
    private List<Path> withoutBarelyBegun(List<Path> segments) throws IOException {
        if (segments.isEmpty() || Files.size(segments.getLast()) > Segment.HEADER) {
            return segments;
        }
        var last = segments.getLast();
        if (new Segment(Files.readAllBytes(last)).headerHolds()) {
            return segments;
        }
        Files.delete(last);
        LogFolder.forceFolder(last);
        return segments.subList(0, segments.size() - 1);
    }

    private void checkOrder(List<Path> segments) throws IOException {
        long first = -1;
        for (var path : segments) {
            var segment = new Segment(head(path));
            if (!segment.headerHolds() || segment.firstIndex() != LogFolder.firstIndex(path)) {
                throw new AuditDamagedException(folder.name(path) + ": offset 0: segment header is damaged");
            }
            boolean follows = first < 0 ? segment.firstIndex() == 0 : segment.firstIndex() > first;
            if (!follows || segment.previousLength() != previousLength) {
                throw new AuditDamagedException(
                        folder.name(path) + ": does not follow the segment before it, which is damaged or missing");
            }
            first = segment.firstIndex();
            previousLength = Files.size(path);
        }
    }

    private static byte[] head(Path path) throws IOException {
        try (var in = Files.newInputStream(path)) {
            return in.readNBytes(Segment.HEADER);
        }
    }

    private TileWriter rebuild(Path path) throws IOException {
        var segment = new Segment(Files.readAllBytes(path));
        long first = segment.firstIndex();
        var tiles = TileWriter.open(disk, folder, first);
        if (first > 0) {
            lastOfTiles(first);
        }
        var check = new CheckpointCheck();
        check.before(first);
        int end = Segment.HEADER;
        while (end < segment.length()) {
            String fault = fault(segment, end, tiles.size());
            if (fault != null) {
                cut(path, segment, end, tiles.size(), fault);
                break;
            }
            segment.records(end, (index, leafAt, saltAt, payloadAt, length) -> {
                tiles.add(segment.bytes(), leafAt);
                check.after(tiles);
                lastIdHigh = Leaf.idHigh(segment.view(), leafAt);
                lastSequence = Leaf.sequence(segment.view(), leafAt);
            });
            end = segment.end(end);
        }
        check.covered(tiles.size());
        tiles.flush(true);
        return tiles;
    }

    private void lastOfTiles(long size) throws IOException {
        try (var reader = new TileReader(folder)) {
            byte[] entry = new byte[Leaf.ENTRY];
            if (!reader.entries(size - 1, 1, entry)) {
                throw new AuditDamagedException(
                        folder.name(folder.entries()) + ": entry " + (size - 1) + " is missing");
            }
            lastIdHigh = Leaf.idHigh(ByteBuffer.wrap(entry), 2);
            lastSequence = Leaf.sequence(ByteBuffer.wrap(entry), 2);
        }
    }

    private static @Nullable String fault(Segment segment, int at, long expectedIndex) {
        String fault = segment.groupFault(at);
        if (fault != null) {
            return fault;
        }
        if (segment.groupIndex(at) != expectedIndex) {
            return "group begins with index " + segment.groupIndex(at) + ", expected " + expectedIndex;
        }
        if (!segment.bodyHolds(at)) {
            return "checksum does not hold";
        }
        return segment.records(at, (index, leafAt, saltAt, payloadAt, length) -> {}) ? null : "lengths do not fit";
    }

    /** Cuts a torn end. A sound group behind the fault shows that the fault was once on the disk whole: that is damage. */
    private void cut(Path path, Segment segment, int at, long index, String fault) throws IOException {
        int next = segment.find(segment.groupFault(at) == null ? segment.end(at) : at + 1);
        if (next >= 0) {
            throw new AuditDamagedException(folder.name(path) + ": offset " + at + ": index " + index + ": " + fault
                    + ", with sound data after it");
        }
        cut = new Cut(folder.name(path), at, segment.length() - at);
        try (var file = disk.open(path)) {
            file.truncate(at);
            file.force();
        }
    }

    /** Compares the tree with the last checkpoint as soon as it has that size. */
    private final class CheckpointCheck {
        void before(long first) throws IOException {
            if (checkpoint != null && checkpoint.size() <= first && checkpoint.size() > 0) {
                try (var reader = new TileReader(folder)) {
                    compare(MerkleFrontier.of(checkpoint.size(), reader, (level, hash) -> {})
                            .root());
                }
            }
        }

        void after(TileWriter tiles) {
            if (checkpoint != null && tiles.size() == checkpoint.size()) {
                compare(tiles.root());
            }
        }

        void covered(long size) {
            if (checkpoint != null && checkpoint.size() > size) {
                throw new AuditDamagedException("segments: end at index " + size + ", but the last checkpoint covers "
                        + checkpoint.size() + " events");
            }
        }

        private void compare(byte[] root) {
            if (checkpoint != null && !StrictBase64.encode(root).equals(checkpoint.root())) {
                throw new AuditDamagedException("segments: the events before index " + checkpoint.size()
                        + " are not those that the last checkpoint was signed over");
            }
        }
    }
}
