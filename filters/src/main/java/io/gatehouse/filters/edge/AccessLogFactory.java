package io.gatehouse.filters.edge;

import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterFactory;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Services;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/** Makes {@code access-log} filters. All that write to one destination share one writer, also across a reload. */
public final class AccessLogFactory implements FilterFactory<AccessLogConfig> {
    private static final int QUEUE = 16_384;

    private final Map<String, Shared> writers = new HashMap<>();

    @Override
    public String name() {
        return "access-log";
    }

    @Override
    public Class<AccessLogConfig> configType() {
        return AccessLogConfig.class;
    }

    @Override
    public Phase phase(AccessLogConfig config) {
        return Phase.EDGE;
    }

    @Override
    public Filter create(AccessLogConfig config, Services services) {
        var file = config.to().file();
        if (file != null) {
            requireWritable(file);
        }
        var destination = file == null ? "stdout" : file.toString();
        var shared = acquire(destination, file == null, config.rotate(), services.meters());
        return new AccessLogFilter(
                shared.writer, config.sample().fraction(), services.clock(), () -> release(destination));
    }

    /** Or every line would be dropped, one by one. Makes no file: there may be nothing to write. */
    private static void requireWritable(Path path) {
        var folder = path.getParent();
        if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(path)) {
            throw new IllegalArgumentException(
                    "to: expected `stdout` or a file in an existing folder, got `" + path + "`");
        }
        if (Files.notExists(path)) {
            if (!Files.isWritable(folder)) {
                throw new IllegalArgumentException("to: nothing can be written to the folder `" + folder + "`");
            }
            return;
        }
        if (!Files.isRegularFile(path)) { // not opened here: a pipe would make whoever opens it wait for a reader
            if (path.startsWith("/dev")) {
                return;
            }
            throw new IllegalArgumentException("to: `" + path + "` cannot be opened: it is no regular file");
        }
        try (var _ = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            // it can be opened
        } catch (IOException refused) {
            throw new IllegalArgumentException("to: `" + path + "` cannot be opened: " + reason(refused), refused);
        }
    }

    private static String reason(IOException refused) {
        return switch (refused) {
            case AccessDeniedException _ -> "it is not allowed";
            case FileSystemException named when named.getReason() != null -> named.getReason();
            default -> refused.toString();
        };
    }

    private synchronized Shared acquire(String destination, boolean console, Rotation rotation, MeterRegistry meters) {
        var shared = writers.computeIfAbsent(destination, to -> {
            var dropped = meters.counter("gatehouse.access.log.dropped", "to", console ? "stdout" : "file");
            LineWriter.Destination opener =
                    console ? AccessLogFactory::console : () -> new RotatingFile(Path.of(to), rotation);
            return new Shared(new LineWriter(opener, QUEUE, dropped), rotation);
        });
        if (!shared.rotation.equals(rotation)) {
            throw new IllegalArgumentException(
                    "rotate: expected the same wherever `" + destination + "` is written to");
        }
        shared.users++;
        return shared;
    }

    private synchronized void release(String destination) {
        var shared = writers.get(destination);
        if (shared != null && --shared.users == 0) {
            writers.remove(destination);
            shared.writer.close();
        }
    }

    /** Standard output, which stays open. */
    private static OutputStream console() {
        var stdout = new FileOutputStream(FileDescriptor.out);
        return new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                stdout.write(octet);
            }

            @Override
            public void write(byte[] octets, int from, int length) throws IOException {
                stdout.write(octets, from, length);
            }
        };
    }

    /** A writer and how many filters use it. */
    private static final class Shared {
        private final LineWriter writer;
        private final Rotation rotation;
        private int users;

        Shared(LineWriter writer, Rotation rotation) {
            this.writer = writer;
            this.rotation = rotation;
        }
    }
}
