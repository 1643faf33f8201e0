package io.gatehouse.audit.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Names and modes of a log's files. */
record LogFolder(Path path) {
    static final int LEVELS = 8;

    private static final Pattern SEGMENT = Pattern.compile("\\d{20}\\.seg");
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    Path lock() {
        return path.resolve("lock");
    }

    Path state() {
        return path.resolve("state");
    }

    Path verifierKey() {
        return path.resolve("log.vkey");
    }

    /** Beside the folder, so that the folder can be handed to a stranger as it is. */
    Path signingKey() {
        var absolute = path.toAbsolutePath().normalize();
        return absolute.resolveSibling(absolute.getFileName() + ".key");
    }

    Path latestCheckpoint() {
        return path.resolve("checkpoint");
    }

    Path checkpoints() {
        return path.resolve("checkpoints");
    }

    Path segments() {
        return path.resolve("segments");
    }

    Path segment(long firstIndex) {
        return segments().resolve(String.format(Locale.ROOT, "%020d.seg", firstIndex));
    }

    Path tiles() {
        return path.resolve("tiles");
    }

    Path tiles(int level) {
        return tiles().resolve(Integer.toString(level));
    }

    Path entries() {
        return tiles().resolve("entries");
    }

    /** The segments in order. */
    List<Path> segmentFiles() throws IOException {
        if (!Files.isDirectory(segments())) {
            return List.of();
        }
        try (var files = Files.list(segments())) {
            return files.filter(file -> isSegment(file.getFileName().toString()))
                    .sorted()
                    .toList();
        }
    }

    static boolean isSegment(String name) {
        return SEGMENT.matcher(name).matches();
    }

    static long firstIndex(Path segment) {
        String name = String.valueOf(segment.getFileName());
        try {
            return Long.parseLong(name.substring(0, 20));
        } catch (NumberFormatException _) {
            return -1; // more than a long holds: no segment of ours
        }
    }

    /** The path of a file as faults name it. */
    String name(Path file) {
        return path.relativize(file).toString();
    }

    /** Makes the folders that are missing, and closes them to others. */
    void create() throws IOException {
        var parent = path.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        for (var folder : List.of(path, segments(), tiles())) {
            if (!Files.isDirectory(folder)) {
                Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PRIVATE));
            }
            Files.setPosixFilePermissions(folder, PRIVATE);
        }
    }

    /** Replaces a small file as a whole: after a crash it is the old one or the new one. */
    static void replace(Disk disk, Path file, byte[] content) throws IOException {
        swap(disk, file, content, true);
        forceFolder(file);
    }

    /** Replaces a small file for its readers: the old one or the new one, but after a power failure perhaps neither. */
    static void publish(Disk disk, Path file, byte[] content) throws IOException {
        swap(disk, file, content, false);
    }

    private static void swap(Disk disk, Path file, byte[] content, boolean force) throws IOException {
        var fresh = file.resolveSibling(file.getFileName() + ".tmp");
        try (var out = disk.open(fresh)) {
            out.truncate(0);
            out.write(ByteBuffer.wrap(content));
            if (force) {
                out.force();
            }
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Makes the entry of a file in its folder durable. */
    static void forceFolder(Path file) throws IOException {
        var folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
