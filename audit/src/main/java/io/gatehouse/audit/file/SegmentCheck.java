package io.gatehouse.audit.file;

import io.gatehouse.audit.AuditKind;
import io.gatehouse.audit.merkle.MerkleHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Checks one segment whole: its form, every payload, every leaf against the tiles, and the order of events. */
final class SegmentCheck {
    private static final int BLOCK = 256;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final LogFolder folder;
    private final Path path;
    private final String file;
    private final long tileCount;
    private final boolean mayEndTorn;
    private final Faults faults;
    private final Map<Long, byte[]> repaired;

    private final MerkleHash hash = new MerkleHash();
    private final MessageDigest sha = MerkleHash.sha256();
    private final byte[] computed = new byte[MerkleHash.LENGTH];
    private final byte[] hashes = new byte[BLOCK * MerkleHash.LENGTH];
    private final byte[] entries = new byte[BLOCK * Leaf.ENTRY];
    private final ByteSink prefix = new ByteSink(256);
    private long block = -1;
    private int blockLength;
    private long expected;
    private long events;
    private @Nullable Order first;
    private @Nullable Order last;
    private boolean torn;

    /** What the order of events is judged by; {@code gapFrom} is the first number that a gap event says is missing, else -1. */
    record Order(long index, long sequence, long idHigh, long idLow, long gapFrom) {
        @Nullable
        String faultAfter(Order before) {
            if (sequence != before.sequence + 1 && (sequence <= before.sequence || gapFrom != before.sequence + 1)) {
                return "sequence " + sequence + " follows " + before.sequence + " without a gap event that says so";
            }
            int order = Long.compareUnsigned(before.idHigh, idHigh);
            return order > 0 || (order == 0 && Long.compareUnsigned(before.idLow, idLow) >= 0)
                    ? "id is not greater than the one before"
                    : null;
        }
    }

    /** What the check of all segments together needs: the segment's bounds. */
    record Summary(
            String file,
            long from,
            long to,
            long events,
            @Nullable Order first,
            @Nullable Order last,
            boolean torn) {}

    SegmentCheck(
            LogFolder folder,
            Path path,
            long tileCount,
            boolean mayEndTorn,
            Faults faults,
            Map<Long, byte[]> repaired) {
        this.folder = folder;
        this.path = path;
        this.file = folder.name(path);
        this.tileCount = tileCount;
        this.mayEndTorn = mayEndTorn;
        this.faults = faults;
        this.repaired = repaired;
    }

    Summary run(long previousLength) throws IOException {
        var segment = new Segment(Files.readAllBytes(path));
        long from = LogFolder.firstIndex(path);
        expected = from;
        if (mayEndTorn && segment.length() < Segment.HEADER) {
            return new Summary(file, from, from, 0, null, null, true);
        }
        if (!segment.headerHolds() || segment.firstIndex() != from) {
            faults.add(file, from, 0, "segment header is damaged");
        } else if (segment.previousLength() != previousLength) {
            faults.add(file, from, 16, "the segment before is not of the length that it had");
        }
        try (var tiles = new TileReader(folder)) {
            groups(segment, tiles);
        }
        return new Summary(file, from, expected, events, first, last, torn);
    }

    private void groups(Segment segment, TileReader tiles) {
        int at = Segment.HEADER;
        while (at < segment.length()) {
            String fault = segment.groupFault(at);
            if (fault != null) {
                int next = segment.find(at + 1);
                torn = next < 0 && mayEndTorn;
                if (!torn) {
                    faults.add(file, expected, at, fault);
                }
                at = next < 0 ? segment.length() : next;
                continue;
            }
            group(segment, at, tiles);
            at = segment.end(at);
        }
    }

    private void group(Segment segment, int at, TileReader tiles) {
        long index = segment.groupIndex(at);
        if (index != expected) {
            faults.add(
                    file,
                    expected,
                    at,
                    index > expected
                            ? "events up to index " + (index - 1) + " are missing"
                            : "group of index " + index + " is out of place");
            if (index < expected) {
                return;
            }
        }
        long before = faults.count();
        boolean fits = segment.records(at, (i, leaf, salt, payload, length) -> {
            events++;
            record(segment, i, leaf, salt, length, tiles);
        });
        if (!fits) {
            faults.add(file, index, at, "lengths of the group's events do not fit");
        } else if (!segment.bodyHolds(at) && faults.count() == before) {
            faults.add(file, index, at, "checksum of the group does not hold");
        }
        expected = index + segment.count(at);
    }

    private void record(Segment segment, long index, int leaf, int salt, int length, TileReader tiles) {
        byte[] bytes = segment.bytes();
        int payload = salt + Leaf.SALT;
        if (commitment(bytes, index, leaf, tiles)) {
            order(segment, index, leaf, payload, length);
        } else {
            last = null; // what the next event is compared with is not known
        }
        sha.update(bytes, salt, Leaf.SALT + length);
        if (!Arrays.equals(sha.digest(), 0, 32, bytes, leaf + Leaf.DIGEST_AT, leaf + Leaf.BYTES)) {
            faults.add(file, index, salt, "payload or salt does not match the commitment");
            return;
        }
        prefix.length(0);
        var view = segment.view();
        EventEncoder.prefix(prefix, Leaf.idHigh(view, leaf), Leaf.idLow(view, leaf), Leaf.sequence(view, leaf));
        int start = prefix.length();
        if (length < start || !Arrays.equals(prefix.array(), 0, start, bytes, payload, payload + start)) {
            faults.add(file, index, payload, "payload and commitment name different ids or sequence numbers");
        }
    }

    private void order(Segment segment, long index, int leaf, int payload, int length) {
        byte[] bytes = segment.bytes();
        String fault = Leaf.fault(bytes, leaf);
        if (fault != null) {
            faults.add(file, index, leaf, fault);
        }
        long sequence = Leaf.sequence(segment.view(), leaf);
        boolean gap = Leaf.kind(bytes[leaf + 1]) == AuditKind.GAP;
        var order = new Order(
                index,
                sequence,
                Leaf.idHigh(segment.view(), leaf),
                Leaf.idLow(segment.view(), leaf),
                gap ? gapFrom(bytes, payload, length) : -1);
        String disorder = last == null ? null : order.faultAfter(last);
        if (disorder != null) {
            faults.add(file, index, leaf, disorder);
        }
        first = first == null ? order : first;
        last = order;
    }

    private static long gapFrom(byte[] bytes, int at, int length) {
        try {
            var tree = JSON.readTree(new String(bytes, at, length, StandardCharsets.UTF_8));
            return tree.path("details").path("firstMissing").asLong(-1);
        } catch (JacksonException _) {
            return -1;
        }
    }

    /** Compares the three places where a leaf stands, blames the one that differs, and answers whether it is not this one. */
    private boolean commitment(byte[] bytes, long index, int leaf, TileReader tiles) {
        if (index >= tileCount || !load(index, tiles)) {
            return true;
        }
        int slot = (int) (index - block);
        int entry = slot * Leaf.ENTRY;
        hash.leaf(bytes, leaf, Leaf.BYTES, computed, 0);
        boolean inTile = sameHash(slot);
        boolean inEntries = entries[entry] == 0
                && entries[entry + 1] == Leaf.BYTES
                && Arrays.equals(bytes, leaf, leaf + Leaf.BYTES, entries, entry + 2, entry + Leaf.ENTRY);
        if (inTile && inEntries) {
            return true;
        }
        if (inEntries) {
            faults.add("tiles/0", index, index * MerkleHash.LENGTH, "hash is not the leaf's");
            repaired.put(index, computed.clone());
            return true;
        }
        if (inTile) {
            faults.add("tiles/entries", index, index * Leaf.ENTRY, "entry is not the leaf");
            return true;
        }
        hash.leaf(entries, entry + 2, Leaf.BYTES, computed, 0);
        String what = sameHash(slot) ? "commitment is not the one in the tree" : "commitment, entry and tile differ";
        faults.add(file, index, leaf, what);
        return false;
    }

    private boolean sameHash(int slot) {
        int at = slot * MerkleHash.LENGTH;
        return Arrays.equals(computed, 0, MerkleHash.LENGTH, hashes, at, at + MerkleHash.LENGTH);
    }

    private boolean load(long index, TileReader tiles) {
        long wanted = index - index % BLOCK;
        if (wanted != block) {
            block = wanted;
            blockLength = (int) Math.min(BLOCK, tileCount - wanted);
            if (!tiles.hashes(0, wanted, blockLength, hashes) || !tiles.entries(wanted, blockLength, entries)) {
                blockLength = 0; // the files' lengths are reported elsewhere
            }
        }
        return index - block < blockLength;
    }
}
