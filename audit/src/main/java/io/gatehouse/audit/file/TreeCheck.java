package io.gatehouse.audit.file;

import io.gatehouse.audit.merkle.Checkpoint;
import io.gatehouse.audit.merkle.MerkleFrontier;
import io.gatehouse.audit.merkle.MerkleHash;
import io.gatehouse.audit.merkle.StrictBase64;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Builds the tree from the leaf hashes, and compares it with the tiles above and with every checkpoint's root. */
final class TreeCheck {
    private static final int BLOCK = 256;

    private final LogFolder folder;
    private final Faults faults;
    private final Map<Long, byte[]> repaired;
    private final long[] counts = new long[LogFolder.LEVELS];
    private final byte[] stored = new byte[MerkleHash.LENGTH];

    /**
     * A root that the tree must have had.
     *
     * @param file where the checkpoint stands
     * @param number its number there, -1 where it came from outside
     */
    record Claim(String file, long number, Checkpoint checkpoint) {
        String place() {
            return number < 0 ? "kept checkpoint" : "checkpoint " + number;
        }
    }

    TreeCheck(LogFolder folder, Faults faults, Map<Long, byte[]> repaired) {
        this.folder = folder;
        this.faults = faults;
        this.repaired = repaired;
    }

    /** Checks the first {@code size} leaves; claims come in the order of their sizes. */
    void run(long size, List<Claim> claims) throws IOException {
        try (var tiles = new TileReader(folder)) {
            var frontier = new MerkleFrontier((level, full) -> compare(tiles, level, full));
            byte[] block = new byte[BLOCK * MerkleHash.LENGTH];
            int claim = compareAt(frontier, claims, 0);
            for (long from = 0; from < size; from += BLOCK) {
                int count = (int) Math.min(BLOCK, size - from);
                if (!tiles.hashes(0, from, count, block)) {
                    break; // its length is reported elsewhere
                }
                for (int i = 0; i < count; i++) {
                    byte[] whole = repaired.isEmpty() ? null : repaired.get(from + i);
                    if (whole == null) {
                        frontier.add(block, i * MerkleHash.LENGTH);
                    } else {
                        frontier.add(whole, 0);
                    }
                    claim = compareAt(frontier, claims, claim);
                }
            }
            for (var missed : claims.subList(claim, claims.size())) {
                faults.add(
                        missed.file(),
                        missed.checkpoint().size(),
                        -1,
                        missed.place() + " covers " + missed.checkpoint().size() + " events, only " + frontier.size()
                                + " are here");
            }
        }
    }

    private int compareAt(MerkleFrontier frontier, List<Claim> claims, int from) {
        int at = from;
        while (at < claims.size() && claims.get(at).checkpoint().size() == frontier.size()) {
            var claim = claims.get(at++);
            if (!StrictBase64.encode(frontier.root()).equals(claim.checkpoint().root())) {
                faults.add(
                        claim.file(),
                        frontier.size() - 1,
                        -1,
                        claim.place() + " has another root: an event before index " + frontier.size()
                                + " is not the one recorded");
            }
        }
        return at;
    }

    private void compare(TileReader tiles, int level, byte[] hash) {
        long index = counts[level]++;
        if (tiles.hashes(level, index, 1, stored) && !Arrays.equals(stored, hash)) {
            faults.add(
                    "tiles/" + level,
                    index << (8 * level),
                    index * MerkleHash.LENGTH,
                    "hash is not that of the tile below");
        }
    }
}
