package io.gatehouse.audit.file;

import io.gatehouse.audit.AuditDamagedException;
import io.gatehouse.audit.merkle.MerkleFrontier;
import io.gatehouse.audit.merkle.MerkleHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Grows the tree and its tile files. Tiles can be made again from the segments, so they are forced to the disk only when a
 * segment ends: a restart makes them again from the last segment on.
 */
final class TileWriter implements AutoCloseable {
    private final List<Level> levels = new ArrayList<>();
    private final Level entries;
    private final MerkleFrontier frontier;
    private final MerkleHash hash = new MerkleHash();
    private final byte[] leafHash = new byte[MerkleHash.LENGTH];

    /** One file and what is to be written to it. */
    private static final class Level implements AutoCloseable {
        private static final int FLUSH_AT = 256 << 10;

        private final Disk.AppendFile file;
        private final ByteSink pending = new ByteSink(8192);

        Level(Disk.AppendFile file) {
            this.file = file;
        }

        void put(byte[] bytes, int at, int count) {
            pending.put(bytes, at, count);
        }

        void flush(boolean always) throws IOException {
            if (pending.length() > (always ? 0 : FLUSH_AT)) {
                file.write(ByteBuffer.wrap(pending.array(), 0, pending.length()));
                pending.truncate(0);
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** Goes on with the tree of the first {@code size} leaves; what the files hold beyond it is cut. */
    TileWriter(Disk disk, LogFolder folder, long size) throws IOException {
        entries = new Level(disk.open(folder.entries()));
        cut(entries, size * Leaf.ENTRY, folder.name(folder.entries()));
        for (int level = 0; level < LogFolder.LEVELS; level++) {
            long full = size >>> (8 * level);
            if (level > 0 && full == 0 && !java.nio.file.Files.exists(folder.tiles(level))) {
                break;
            }
            addLevel(disk, folder, level, full);
        }
        try (var reader = new TileReader(folder)) {
            frontier = MerkleFrontier.of(size, reader, (level, full) -> {
                if (level == levels.size()) {
                    addLevelLater(disk, folder, level);
                }
                levels.get(level).put(full, 0, MerkleHash.LENGTH);
            });
        }
    }

    private void addLevel(Disk disk, LogFolder folder, int level, long size) throws IOException {
        var added = new Level(disk.open(folder.tiles(level)));
        levels.add(added);
        cut(added, size * MerkleHash.LENGTH, folder.name(folder.tiles(level)));
    }

    private void addLevelLater(Disk disk, LogFolder folder, int level) {
        try {
            addLevel(disk, folder, level, 0);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void cut(Level level, long size, String name) throws IOException {
        if (level.file.size() < size) {
            throw new AuditDamagedException(name + ": expected at least " + size + " bytes, got " + level.file.size());
        }
        level.file.truncate(size);
    }

    /** Adds the leaf that stands in {@code bytes}. */
    void add(byte[] bytes, int leafAt) {
        entries.pending.put(Leaf.BYTES >>> 8);
        entries.pending.put(Leaf.BYTES);
        entries.put(bytes, leafAt, Leaf.BYTES);
        hash.leaf(bytes, leafAt, Leaf.BYTES, leafHash, 0);
        levels.getFirst().put(leafHash, 0, MerkleHash.LENGTH);
        frontier.add(leafHash, 0);
    }

    long size() {
        return frontier.size();
    }

    byte[] root() {
        return frontier.root();
    }

    /** Writes what is pending: all of it, or only where much has gathered. */
    void flush(boolean always) throws IOException {
        entries.flush(always);
        for (var level : levels) {
            level.flush(always);
        }
    }

    /** Writes everything, to stable storage. */
    void force() throws IOException {
        flush(true);
        entries.file.force();
        for (var level : levels) {
            level.file.force();
        }
    }

    @Override
    public void close() throws IOException {
        entries.close();
        for (var level : levels) {
            level.close();
        }
    }
}
