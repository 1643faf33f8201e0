package io.gatehouse.audit.file;

import io.gatehouse.audit.AuditDamagedException;
import io.gatehouse.audit.merkle.HashSource;
import io.gatehouse.audit.merkle.MerkleHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Reads hashes and entries from the tile files. The file of a level is its tiles one after another: tile N of the C2SP layout
 * ({@code tile/L/N}) is the 8,192 bytes from {@code N * 8192}, entry bundle N the 17,408 bytes from {@code N * 17408}, a partial
 * one a prefix of that.
 */
final class TileReader implements HashSource, AutoCloseable {
    private static final int TILE_HEIGHT = 8;

    private final LogFolder folder;
    private final @Nullable FileChannel[] levels = new FileChannel[LogFolder.LEVELS];
    private @Nullable FileChannel entries;

    TileReader(LogFolder folder) {
        this.folder = folder;
    }

    @Override
    public byte[] node(int height, long index) {
        int level = height / TILE_HEIGHT;
        int below = height % TILE_HEIGHT;
        int width = 1 << below;
        byte[][] row = new byte[width][];
        byte[] read = new byte[width * MerkleHash.LENGTH];
        if (!hashes(level, index << below, width, read)) {
            throw new AuditDamagedException(
                    folder.name(folder.tiles(level)) + ": hash " + ((index << below) + width - 1) + " is missing");
        }
        for (int i = 0; i < width; i++) {
            row[i] = java.util.Arrays.copyOfRange(read, i * MerkleHash.LENGTH, (i + 1) * MerkleHash.LENGTH);
        }
        var hash = new MerkleHash();
        for (int left = width; left > 1; left /= 2) {
            for (int i = 0; i < left / 2; i++) {
                row[i] = hash.node(row[2 * i], row[2 * i + 1]);
            }
        }
        return row[0];
    }

    /** Reads hashes of a level; false where the file does not hold them all. */
    boolean hashes(int level, long from, int count, byte[] out) {
        try {
            var file = levels[level];
            if (file == null) {
                Path path = folder.tiles(level);
                if (!Files.exists(path)) {
                    return false;
                }
                file = levels[level] = FileChannel.open(path, StandardOpenOption.READ);
            }
            return read(file, from * MerkleHash.LENGTH, out, count * MerkleHash.LENGTH);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads entries with their lengths before them; false where the file does not hold them all. */
    boolean entries(long from, int count, byte[] out) {
        try {
            if (entries == null) {
                if (!Files.exists(folder.entries())) {
                    return false;
                }
                entries = FileChannel.open(folder.entries(), StandardOpenOption.READ);
            }
            return read(entries, from * Leaf.ENTRY, out, count * Leaf.ENTRY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean read(FileChannel file, long at, byte[] out, int length) throws IOException {
        var buffer = ByteBuffer.wrap(out, 0, length);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, at + buffer.position()) < 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        for (var level : levels) {
            if (level != null) {
                level.close();
            }
        }
        if (entries != null) {
            entries.close();
        }
    }
}
