package io.gatehouse.stores;

import io.gatehouse.stores.DatabaseException.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The file of a database: for its owner alone, and held by one process at a time through a lock on {@code FILE.lock}. (What
 * was running when a node went down is told from the file, so two nodes on one file would take each other for dead.)
 */
final class DatabaseFile implements AutoCloseable {
    private final Path path;
    private final FileChannel lock;

    private DatabaseFile(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    static DatabaseFile open(Path file) {
        Path named = file.toAbsolutePath();
        Path parent = named.getParent();
        FileChannel lock = null;
        try {
            if (parent == null || Files.isDirectory(named)) {
                throw new IOException("expected a file");
            }
            Files.createDirectories(parent);
            // the file itself, not a link to it: under two names it would have two locks
            Path path = Files.exists(named)
                    ? named.toRealPath()
                    : parent.toRealPath().resolve(named.getFileName());
            Path folder = Objects.requireNonNull(path.getParent());
            Path lockFile = folder.resolve(path.getFileName() + ".lock");
            own(folder, lockFile);
            lock = hold(lockFile, file);
            own(folder, path);
            return new DatabaseFile(path, lock);
        } catch (IOException e) {
            release(lock);
            throw new DatabaseException(Problem.FAILED, "database `" + file + "`: cannot be opened", e);
        }
    }

    String url() {
        return "jdbc:sqlite:" + path;
    }

    @Override
    public void close() {
        release(lock);
    }

    private static FileChannel hold(Path lockFile, Path file) throws IOException {
        FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
        FileLock held = null;
        try {
            held = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // this process has it open already
        } finally {
            if (held == null) {
                channel.close();
            }
        }
        if (held == null) {
            throw new DatabaseException(
                    Problem.LOCKED, "database `" + file + "`: it is in use by another process", null);
        }
        return channel;
    }

    /** Makes the file if it is missing, readable and writable by its owner alone; SQLite gives its side files the same mode. */
    private static void own(Path folder, Path path) throws IOException {
        var mode = PosixFilePermissions.fromString("rw-------");
        boolean posix = Files.getFileAttributeView(folder, PosixFileAttributeView.class) != null;
        if (Files.notExists(path)) {
            if (posix) {
                Files.createFile(path, PosixFilePermissions.asFileAttribute(mode));
                sync(folder);
            } else {
                Files.createFile(path);
            }
        } else if (posix && !Files.getPosixFilePermissions(path).equals(mode)) {
            Files.setPosixFilePermissions(path, mode);
        }
    }

    /** So that the new name outlives a power cut. */
    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void release(@Nullable FileChannel lock) {
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (IOException e) {
            throw new DatabaseException(Problem.FAILED, "the database's lock cannot be released", e);
        }
    }
}
