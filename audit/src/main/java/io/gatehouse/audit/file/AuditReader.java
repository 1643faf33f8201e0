package io.gatehouse.audit.file;

import io.gatehouse.audit.AuditDamagedException;
import io.gatehouse.audit.merkle.Checkpoint;
import io.gatehouse.audit.merkle.MerkleProofs;
import io.gatehouse.audit.merkle.StrictBase64;
import io.gatehouse.audit.merkle.VerifierKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads a log's folder, also while a gateway writes to it. It checks forms and checksums only: {@link AuditVerifier} proves the
 * contents.
 */
public final class AuditReader {
    private final LogFolder folder;

    public AuditReader(Path folder) {
        this.folder = new LogFolder(folder);
    }

    /** Whether the folder holds a log. */
    public boolean exists() {
        return Files.exists(folder.verifierKey());
    }

    /** The public key that lies in the folder. */
    public VerifierKey key() throws IOException {
        return VerifierKey.parse(Files.readString(folder.verifierKey(), StandardCharsets.ISO_8859_1));
    }

    /** The latest checkpoint, signed by {@code key}; empty before the first. */
    public Optional<Checkpoint> checkpoint(VerifierKey key) throws IOException {
        try {
            return Optional.of(Checkpoint.open(Files.readString(folder.latestCheckpoint()), key));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new AuditDamagedException("checkpoint: " + e.getMessage());
        }
    }

    /** The audit path of an event in the tree of a checkpoint, from the leaf's sibling upwards. */
    public List<byte[]> inclusion(long index, long size) throws IOException {
        try (var tiles = new TileReader(folder)) {
            return new MerkleProofs(tiles).inclusion(index, size);
        }
    }

    /** The proof that the first tree is the beginning of the second. */
    public List<byte[]> consistency(long from, long to) throws IOException {
        try (var tiles = new TileReader(folder)) {
            return new MerkleProofs(tiles).consistency(from, to);
        }
    }

    /**
     * Passes on every event in order, up to the last whole group.
     *
     * @throws AuditDamagedException where something is damaged before the end; the message names the place
     */
    public void events(Consumer<RecordedEvent> consumer) throws IOException {
        for (var files = folder.segmentFiles().iterator(); files.hasNext(); ) {
            Path path = files.next();
            var segment = new Segment(Files.readAllBytes(path));
            int at = Segment.HEADER;
            while (at < segment.length() && segment.groupFault(at) == null && segment.bodyHolds(at)) {
                segment.records(
                        at,
                        (index, leaf, salt, payload, length) ->
                                consumer.accept(event(segment.bytes(), index, leaf, salt, payload, length)));
                at = segment.end(at);
            }
            if (at < segment.length() && (files.hasNext() || segment.find(at + 1) >= 0)) {
                throw new AuditDamagedException(folder.name(path) + ": offset " + at + ": group is damaged");
            }
        }
    }

    private static RecordedEvent event(byte[] bytes, long index, int leaf, int salt, int payload, int length) {
        return new RecordedEvent(
                index,
                StrictBase64.encode(Arrays.copyOfRange(bytes, leaf, leaf + Leaf.BYTES)),
                StrictBase64.encode(Arrays.copyOfRange(bytes, salt, salt + Leaf.SALT)),
                new String(bytes, payload, length, StandardCharsets.UTF_8));
    }
}
