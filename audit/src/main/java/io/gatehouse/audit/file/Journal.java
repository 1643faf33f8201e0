package io.gatehouse.audit.file;

import io.gatehouse.audit.AuditDamagedException;
import io.gatehouse.audit.AuditEvent;
import io.gatehouse.audit.AuditKind;
import io.gatehouse.audit.Details;
import io.gatehouse.audit.merkle.MerkleHash;
import io.gatehouse.audit.merkle.VerifierKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestException;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The writing end of the files, used by one thread: gathers events into a group, makes the group durable, grows the tree, signs
 * checkpoints. After an {@link IOException} it must not be used again.
 */
final class Journal implements AutoCloseable {
    /** A group is written when it reaches this size, or this many events. */
    static final int GROUP_EVENTS = 4096;

    private static final int GROUP_BYTES = 4 << 20;
    private static final long RESERVE = 65_536;

    private final AuditSettings settings;
    private final Disk disk;
    private final LogFolder folder;
    private final long window;
    private final Clock clock = Clock.systemUTC();
    private final EventIds ids = new EventIds();
    private final ByteSink group = new ByteSink(GROUP_BYTES + (256 << 10));
    private final EventEncoder encoder;
    private final MessageDigest sha = MerkleHash.sha256();
    private final CheckpointWriter checkpoints;
    private final TileWriter tiles;
    private final VerifierKey key;
    private Disk.AppendFile segment;
    private long segmentLength;
    private long reserved;
    private long nextSequence;
    private int count;

    /** What the journal writes to. */
    private record Outputs(
            Disk disk, LogFolder folder, CheckpointWriter checkpoints, TileWriter tiles, Disk.AppendFile segment) {}

    private Journal(AuditSettings settings, Outputs outputs, VerifierKey key, long window) {
        this.settings = settings;
        this.disk = outputs.disk();
        this.folder = outputs.folder();
        this.checkpoints = outputs.checkpoints();
        this.tiles = outputs.tiles();
        this.segment = outputs.segment();
        this.key = key;
        this.window = window;
        this.encoder = new EventEncoder(settings.node(), group);
        group.length(Segment.GROUP);
    }

    /** Opens the log in its folder, which the caller has locked, and recovers it; before it wait up to {@code queue} events. */
    static Journal open(AuditSettings settings, Disk disk, LogFolder folder, long queue) throws IOException {
        var signing = LogKey.open(disk, folder, settings.node());
        var before = state(folder);
        var checkpoints = CheckpointWriter.open(disk, folder, signing);
        var recovery = new Recovery(disk, folder, checkpoints.last());
        var tiles = recovery.run();
        var files = folder.segmentFiles();
        var segment = files.isEmpty() ? beginSegment(disk, folder.segment(0), 0, 0) : disk.open(files.getLast());
        var outputs = new Outputs(disk, folder, checkpoints, tiles, segment);
        var journal = new Journal(settings, outputs, signing.verifier(), queue + GROUP_EVENTS);
        journal.goOn(before, recovery);
        return journal;
    }

    private void goOn(LogState before, Recovery recovery) throws IOException {
        segmentLength = segment.size();
        ids.after(recovery.lastIdHigh());
        long next = recovery.lastSequence() + 1;
        nextSequence = Math.max(next, before.sequence());
        reserve(nextSequence);
        if (recovery.cut() != null || (before.open() && nextSequence > next)) {
            recordGap(next, before, recovery.cut());
        } else if (nextSequence > next) {
            throw new AuditDamagedException("segments: end with sequence " + (next - 1)
                    + ", but the log was closed before sequence " + before.sequence());
        }
    }

    private static LogState state(LogFolder folder) throws IOException {
        if (!Files.exists(folder.state())) {
            if (!folder.segmentFiles().isEmpty()) {
                throw new AuditDamagedException("state: missing");
            }
            return new LogState(false, 0, 0);
        }
        try {
            return LogState.read(folder.state());
        } catch (IllegalArgumentException e) {
            throw new AuditDamagedException("state: " + e.getMessage());
        }
    }

    private static Disk.AppendFile beginSegment(Disk disk, Path path, long first, long previousLength)
            throws IOException {
        var file = disk.open(path);
        file.write(ByteBuffer.wrap(Segment.header(first, previousLength)));
        file.force();
        LogFolder.forceFolder(path);
        return file;
    }

    private void recordGap(long from, LogState before, Recovery.@Nullable Cut cut) throws IOException {
        var details = Details.of(
                "firstMissing",
                Long.toString(from),
                "nextSequence",
                Long.toString(nextSequence),
                "atMost",
                Long.toString(Math.min(nextSequence - from, before.window())),
                "cutFile",
                cut == null ? null : cut.file(),
                "cutOffset",
                cut == null ? null : Long.toString(cut.offset()),
                "cutBytes",
                cut == null ? null : Long.toString(cut.bytes()));
        var event = new AuditEvent(
                clock.millis(),
                AuditKind.GAP,
                "default",
                null,
                null,
                "audit.recover",
                null,
                null,
                null,
                null,
                null,
                "unclean_shutdown",
                0,
                -1,
                null,
                null,
                null,
                details);
        add(event, nextSequence);
        commit();
    }

    VerifierKey key() {
        return key;
    }

    /** Events committed. */
    long size() {
        return tiles.size();
    }

    /** Leaves that the latest checkpoint covers. */
    long covered() {
        return checkpoints.covered();
    }

    long nextSequence() {
        return nextSequence;
    }

    /** Sees to it that a restart will know that numbers below {@code sequence} and a full queue may have been given. */
    void reserve(long sequence) throws IOException {
        if (sequence + window > reserved) {
            reserved = sequence + window + RESERVE;
            new LogState(true, reserved, window).write(disk, folder.state());
        }
    }

    boolean groupFull() {
        return count == GROUP_EVENTS || group.length() >= GROUP_BYTES;
    }

    /** Encodes an event into the group, and answers the index that it gets. */
    long add(AuditEvent event, long sequence) {
        ids.next(clock.millis());
        int record = group.claim(Segment.RECORD);
        int leaf = record + 4;
        int salt = leaf + Leaf.BYTES;
        int payload = record + Segment.RECORD;
        encoder.write(event, ids.high(), ids.low(), sequence);
        int whole = group.length() - payload;
        if (whole > settings.eventBytes()) {
            String digest = "sha256:" + HexFormat.of().formatHex(digest(payload, whole));
            group.length(payload);
            encoder.writeCut(event, ids.high(), ids.low(), sequence, whole, digest);
        }
        int length = group.length() - payload;
        group.setInt(record, length);
        Leaf.write(group, leaf, event.kind(), event.time(), sequence, ids);
        ids.salt(group.array(), salt, Leaf.SALT);
        digest(salt, Leaf.SALT + length, leaf + Leaf.DIGEST_AT);
        nextSequence = sequence + 1;
        return tiles.size() + count++;
    }

    /** The id of the event added last. */
    String lastId() {
        return EventIds.text(ids.high(), ids.low());
    }

    /** Makes the group durable; returns once it is on stable storage. */
    void commit() throws IOException {
        if (count == 0) {
            return;
        }
        rotateWhereFull();
        Segment.sealGroup(group, count, tiles.size());
        segment.write(ByteBuffer.wrap(group.array(), 0, group.length()));
        segment.force();
        segmentLength += group.length();
        grow();
        tiles.flush(false);
        count = 0;
        group.length(Segment.GROUP);
    }

    /** Begins the next segment only when there is an event for it: an empty file could be taken away unseen. */
    private void rotateWhereFull() throws IOException {
        if (segmentLength >= settings.segmentBytes()) {
            tiles.force();
            segment.close();
            segment = beginSegment(disk, folder.segment(tiles.size()), tiles.size(), segmentLength);
            segmentLength = Segment.HEADER;
        }
    }

    private void grow() {
        var written = ByteBuffer.wrap(group.array());
        int at = Segment.GROUP;
        for (int i = 0; i < count; i++) {
            tiles.add(group.array(), at + 4);
            at += Segment.RECORD + written.getInt(at);
        }
    }

    /** Signs a checkpoint where there is something new. */
    void checkpoint() throws IOException {
        if (tiles.size() > checkpoints.covered()) {
            tiles.flush(true);
            checkpoints.sign(tiles.size(), tiles.root());
        }
    }

    /** Ends the log cleanly: everything covered by a checkpoint, and nothing left open. */
    void finish() throws IOException {
        checkpoint();
        tiles.force();
        new LogState(false, nextSequence, 0).write(disk, folder.state());
    }

    @Override
    public void close() throws IOException {
        segment.close();
        tiles.close();
        checkpoints.close();
    }

    private byte[] digest(int at, int length) {
        sha.update(group.array(), at, length);
        return sha.digest();
    }

    private void digest(int from, int length, int to) {
        sha.update(group.array(), from, length);
        try {
            sha.digest(group.array(), to, MerkleHash.LENGTH);
        } catch (DigestException e) {
            throw new IllegalStateException("no room for a digest", e);
        }
    }
}
