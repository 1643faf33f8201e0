package io.gatehouse.proxy.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of a Unix socket that is listened on: makes room for it, says who may connect, and takes it away at the end. Whatever else is
 * there is left alone. Methods block shortly.
 */
final class UnixSocket {
    private static final int TYPE = 0170000;
    private static final int SOCKET = 0140000;

    private final Path path;
    private @Nullable Object bound;

    UnixSocket(Path path) {
        this.path = path;
    }

    /**
     * Takes away what a process has left behind that is no more.
     *
     * @throws IOException where something else is there, such as a socket on which somebody listens
     */
    void makeRoom() throws IOException {
        if (attributes() == null) {
            return;
        }
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & TYPE) != SOCKET) {
            throw new IOException("a file is there that is no socket");
        }
        if (isListenedOn()) {
            throw new IOException("another process listens there");
        }
        Files.deleteIfExists(path); // nobody has it open
    }

    private boolean isListenedOn() throws IOException {
        try (var probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return probe.isConnected();
        } catch (ConnectException refused) {
            return false;
        }
    }

    /** The socket is bound: lets those connect whom {@code mode} names. */
    void bound(int mode) throws IOException {
        var there = attributes();
        bound = there == null ? null : there.fileKey();
        permit(mode);
    }

    void permit(int mode) throws IOException {
        Files.setPosixFilePermissions(path, permissions(mode));
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        var text = new StringBuilder("rwxrwxrwx"); // in the order of the bits, the owner's first
        for (int i = 0; i < text.length(); i++) {
            if ((mode & 0400 >> i) == 0) {
                text.setCharAt(i, '-');
            }
        }
        return PosixFilePermissions.fromString(text.toString());
    }

    /** Takes the file away, if it is still the one that was bound. */
    void remove() throws IOException {
        var own = bound;
        bound = null;
        var there = attributes();
        if (own != null && there != null && Objects.equals(own, there.fileKey())) {
            Files.deleteIfExists(path);
        }
    }

    private @Nullable BasicFileAttributes attributes() throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException none) {
            return null;
        }
    }
}
