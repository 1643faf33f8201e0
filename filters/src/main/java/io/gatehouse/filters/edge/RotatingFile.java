package io.gatehouse.filters.edge;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Appends to a file, which is put aside as {@code FILE.1} before it would grow too large; what was {@code FILE.1} becomes
 * {@code FILE.2}, and so on. What is written at once stays together in one file. One thread at a time.
 */
final class RotatingFile extends OutputStream {
    private final Path path;
    private final Rotation rotation;
    private @Nullable OutputStream out;
    private long size;

    RotatingFile(Path path, Rotation rotation) throws IOException {
        this.path = path;
        this.rotation = rotation;
        open();
    }

    /** Opens to append; a new file is readable by owner and group only. */
    private OutputStream open() throws IOException {
        var options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"))
                }
                : new FileAttribute<?>[0];
        var channel = FileChannel.open(path, options, attributes);
        size = channel.size();
        var opened = Channels.newOutputStream(channel);
        out = opened;
        return opened;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int from, int length) throws IOException {
        if (size > 0 && size + length > rotation.size().bytes()) {
            close();
            putAside();
        }
        var open = out == null ? open() : out;
        open.write(octets, from, length);
        size += length;
    }

    private void putAside() throws IOException {
        for (int i = rotation.keep() - 1; i >= 1; i--) {
            var from = numbered(i);
            if (Files.exists(from)) {
                Files.move(from, numbered(i + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (Files.exists(path)) {
            Files.move(path, numbered(1), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private Path numbered(int number) {
        return path.resolveSibling(path.getFileName() + "." + number);
    }

    @Override
    public void close() throws IOException {
        var open = out;
        out = null;
        if (open != null) {
            open.close();
        }
    }
}
