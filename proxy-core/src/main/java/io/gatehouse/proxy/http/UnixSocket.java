package io.gatehouse.proxy.http;

import io.gatehouse.proxy.http.transport.SocketAddresses;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The file of a Unix socket that is listened on: makes room for it, says who may connect, and takes it away at the end. Whatever else is
 * there is left alone. Methods block shortly.
 *
 * <p>It is bound out of reach and gets its name when it is known who may connect. The channel knows the first name alone, which is gone
 * by then: so what it deletes as it closes is never the socket of another process that listens at the path by now.
 */
final class UnixSocket {
    private static final int TYPE = 0170000;
    private static final int SOCKET = 0140000;

    private static final Set<PosixFilePermission> OWNER_ALONE = PosixFilePermissions.fromString("rwx------");
    private static final String HIDDEN = "s";
    private static final int FOLDER_LETTERS = 5;
    private static final int FOLDER_NAMES = 36 * 36 * 36 * 36 * 36;
    private static final int ATTEMPTS = 10;

    private final Path path;
    /** Where it is bound until it gets its name. */
    private @Nullable Path hidden;

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

    /** Only a refusal tells that nobody listens: one who is too busy to take the connection does. */
    private boolean isListenedOn() throws IOException {
        try (var probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (ConnectException refused) {
            return false;
        } catch (SocketException unknown) {
            return true; // such as EAGAIN
        }
    }

    /**
     * Makes a folder beside the path that nobody else may enter.
     *
     * @return where in it to bind
     */
    Path hide() throws IOException {
        var folder = Objects.requireNonNull(path.getParent());
        for (int attempt = 1; true; attempt++) {
            var made = folder.resolve(folderName());
            var socket = made.resolve(HIDDEN);
            SocketAddresses.requireShort(socket);
            try {
                Files.createDirectory(made, PosixFilePermissions.asFileAttribute(OWNER_ALONE));
                hidden = socket;
                return socket;
            } catch (FileAlreadyExistsException taken) {
                if (attempt == ATTEMPTS) {
                    throw taken;
                }
            }
        }
    }

    private static String folderName() {
        var number = Integer.toString(ThreadLocalRandom.current().nextInt(FOLDER_NAMES), Character.MAX_RADIX);
        return "." + "0".repeat(FOLDER_LETTERS - number.length()) + number;
    }

    /**
     * The socket is bound: lets those connect whom {@code mode} names, and shows it.
     *
     * @throws IOException where something has come to the path meanwhile, which is left alone
     */
    void show(int mode) throws IOException {
        var socket = Objects.requireNonNull(hidden);
        Files.setPosixFilePermissions(socket, permissions(mode));
        var key = Files.readAttributes(socket, BasicFileAttributes.class).fileKey();
        try {
            Files.createLink(path, socket); // a move would replace whatever is there
        } catch (FileAlreadyExistsException taken) {
            throw new IOException("another process has begun to listen there", taken);
        }
        bound = key;
        unhide();
    }

    /** Takes away where it was to be bound. */
    void unhide() throws IOException {
        var socket = hidden;
        hidden = null;
        if (socket != null) {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(Objects.requireNonNull(socket.getParent()));
        }
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
