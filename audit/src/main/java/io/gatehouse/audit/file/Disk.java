package io.gatehouse.audit.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Where the writer's bytes go: the seam at which tests let a disk fill up or break. */
@FunctionalInterface
interface Disk {
    /** Opens a file for appending; makes it with mode 0600 where it is missing. */
    AppendFile open(Path path) throws IOException;

    /** A file that is only ever appended to, or cut. */
    interface AppendFile extends AutoCloseable {
        /** Writes all of the bytes at the end. */
        void write(ByteBuffer bytes) throws IOException;

        /** Returns once everything written is on stable storage. */
        void force() throws IOException;

        long size() throws IOException;

        void truncate(long size) throws IOException;

        @Override
        void close() throws IOException;
    }

    /** The real one. */
    Disk REAL = path -> {
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        var channel = FileChannel.open(path, options, mode);
        channel.position(channel.size());
        return new ChannelFile(channel);
    };

    /** A file through its channel. */
    record ChannelFile(FileChannel channel) implements AppendFile {
        @Override
        public void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
            channel.position(size);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
