package io.gatehouse.audit.file;

import io.gatehouse.audit.AuditDamagedException;
import io.gatehouse.audit.merkle.Checkpoint;
import io.gatehouse.audit.merkle.SigningKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Signs checkpoints and keeps each of them; goes on after the last that a restart finds. */
final class CheckpointWriter implements AutoCloseable {
    /** Far more than a record takes. */
    private static final int TAIL = 64 << 10;

    private final Disk disk;
    private final LogFolder folder;
    private final SigningKey key;
    private final Disk.AppendFile file;
    private long number;
    private byte[] chain = CheckpointFile.FIRST_CHAIN;
    private @Nullable Checkpoint last;

    private CheckpointWriter(Disk disk, LogFolder folder, SigningKey key, Disk.AppendFile file) {
        this.disk = disk;
        this.folder = folder;
        this.key = key;
        this.file = file;
    }

    static CheckpointWriter open(Disk disk, LogFolder folder, SigningKey key) throws IOException {
        var writer = new CheckpointWriter(disk, folder, key, disk.open(folder.checkpoints()));
        writer.resume();
        return writer;
    }

    /** The latest checkpoint, or {@code null} before the first. */
    @Nullable
    Checkpoint last() {
        return last;
    }

    /** Leaves that the latest checkpoint covers. */
    long covered() {
        return last == null ? 0 : last.size();
    }

    /** Signs a checkpoint; returns once it is kept. */
    void sign(long size, byte[] root) throws IOException {
        var checkpoint = Checkpoint.sign(key, size, root);
        byte[] next = CheckpointFile.chain(chain, checkpoint.note());
        file.write(ByteBuffer.wrap(CheckpointFile.encode(number, next, checkpoint.note())));
        file.force();
        number++;
        chain = next;
        last = checkpoint;
        publish(checkpoint);
    }

    /** A reader sees the old note or the new one. Not forced: a start makes it again from the file of all of them, which is. */
    private void publish(Checkpoint checkpoint) throws IOException {
        LogFolder.publish(disk, folder.latestCheckpoint(), checkpoint.note().getBytes(StandardCharsets.UTF_8));
    }

    private void resume() throws IOException {
        Path path = folder.checkpoints();
        long length = file.size();
        long from = Math.max(0, length - TAIL);
        byte[] tail = tail(path, from, length);
        int first = 0;
        while (from > 0 && first < tail.length - 1 && !(tail[first] == '\n' && tail[first + 1] == '#')) {
            first++;
        }
        var entries = CheckpointFile.read(tail, from > 0 ? first + 1 : 0);
        if (entries.isEmpty()) {
            if (length > TAIL || Files.exists(folder.latestCheckpoint())) {
                throw new AuditDamagedException(folder.name(path) + ": holds no whole checkpoint at its end");
            }
            file.truncate(0);
            return;
        }
        var entry = entries.getLast();
        number = entry.number() + 1;
        chain = HexFormat.of().parseHex(entry.chain());
        last = opened(entry, path);
        file.truncate(from + entry.end());
        publish(last);
    }

    private Checkpoint opened(CheckpointFile.Entry entry, Path path) {
        try {
            return Checkpoint.open(entry.note(), key.verifier());
        } catch (IllegalArgumentException e) {
            throw new AuditDamagedException(
                    folder.name(path) + ": checkpoint " + entry.number() + ": " + e.getMessage());
        }
    }

    private static byte[] tail(Path path, long from, long to) throws IOException {
        var buffer = ByteBuffer.allocate((int) (to - from));
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {
                // until it is full
            }
        }
        return buffer.array();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
