package io.gatehouse.audit.file;

import io.gatehouse.audit.AuditDamagedException;
import io.gatehouse.audit.merkle.MerkleFrontier;
import io.gatehouse.audit.merkle.MerkleHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Grows the tree and its tile files. Tiles can be made again from the segments, so they are forced to the disk only when a
 * segment ends: a restart makes them again from the last segment on.
 */
final class TileWriter implements AutoCloseable {
    private final Output entries;
    private final Levels levels;
    private final MerkleFrontier frontier;
    private final MerkleHash hash = new MerkleHash();
    private final byte[] leafHash = new byte[MerkleHash.LENGTH];

    private TileWriter(Output entries, Levels levels, MerkleFrontier frontier) {
        this.entries = entries;
        this.levels = levels;
        this.frontier = frontier;
    }

    /** Goes on with the tree of the first {@code size} leaves; what the files hold beyond it is cut. */
    static TileWriter open(Disk disk, LogFolder folder, long size) throws IOException {
        var entries = Output.open(disk, folder, folder.entries(), size * Leaf.ENTRY);
        var levels = new Levels(disk, folder, new ArrayList<>());
        for (int level = 0; level < LogFolder.LEVELS; level++) {
            long full = size >>> (8 * level);
            if (level > 0 && full == 0 && !Files.exists(folder.tiles(level))) {
                break;
            }
            levels.add(full);
        }
        try (var reader = new TileReader(folder)) {
            return new TileWriter(entries, levels, MerkleFrontier.of(size, reader, levels));
        }
    }

    /** One file and what is to be written to it. */
    private record Output(Disk.AppendFile file, ByteSink pending) implements AutoCloseable {
        private static final int FLUSH_AT = 256 << 10;

        static Output open(Disk disk, LogFolder folder, Path path, long size) throws IOException {
            var file = disk.open(path);
            if (file.size() < size) {
                throw new AuditDamagedException(
                        folder.name(path) + ": expected at least " + size + " bytes, got " + file.size());
            }
            file.truncate(size);
            return new Output(file, new ByteSink(8192));
        }

        void flush(boolean always) throws IOException {
            if (pending.length() > (always ? 0 : FLUSH_AT)) {
                file.write(ByteBuffer.wrap(pending.array(), 0, pending.length()));
                pending.length(0);
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** The files of the levels; one that the tree grows into is begun. */
    private record Levels(Disk disk, LogFolder folder, List<Output> outputs) implements MerkleFrontier.TileHashes {
        void add(long size) throws IOException {
            outputs.add(Output.open(disk, folder, folder.tiles(outputs.size()), size * MerkleHash.LENGTH));
        }

        @Override
        public void full(int level, byte[] hash) {
            try {
                if (level == outputs.size()) {
                    add(0);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            outputs.get(level).pending().put(hash, 0, MerkleHash.LENGTH);
        }
    }

    /** Adds the leaf that stands in {@code bytes}. */
    void add(byte[] bytes, int leafAt) {
        entries.pending().put(Leaf.BYTES >>> 8);
        entries.pending().put(Leaf.BYTES);
        entries.pending().put(bytes, leafAt, Leaf.BYTES);
        hash.leaf(bytes, leafAt, Leaf.BYTES, leafHash, 0);
        levels.outputs().getFirst().pending().put(leafHash, 0, MerkleHash.LENGTH);
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
        for (var level : levels.outputs()) {
            level.flush(always);
        }
    }

    /** Writes everything, to stable storage. */
    void force() throws IOException {
        flush(true);
        entries.file().force();
        for (var level : levels.outputs()) {
            level.file().force();
        }
        LogFolder.forceFolder(levels.folder().entries());
    }

    @Override
    public void close() throws IOException {
        entries.close();
        for (var level : levels.outputs()) {
            level.close();
        }
    }
}
