package io.gatehouse.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One connection that sends exactly the bytes it is given and says exactly what came back. Blocking; every read ends with an
 * {@link UncheckedIOException} when nothing arrives within the time-out (5 s unless set).
 */
public final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final MessageReader reader;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.reader = new MessageReader(socket.getInputStream());
    }

    /** Connects to a port of the loopback address. */
    public static RawClient connect(int port) {
        return connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    public static RawClient connect(InetSocketAddress address) {
        return of(() -> {
            var socket = new Socket();
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(5_000);
            socket.connect(address, 5_000);
            return new RawClient(socket);
        });
    }

    /** How long one read waits for the next byte. */
    public RawClient timeout(Duration timeout) {
        return of(() -> {
            socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
            return this;
        });
    }

    /** Sends text as ISO-8859-1: one byte a character. */
    public RawClient send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawClient send(byte[] bytes) {
        return of(() -> {
            socket.getOutputStream().write(bytes);
            return this;
        });
    }

    /** Reads the next answer, interim or final. */
    public RawResponse read() {
        return of(() -> {
            var statusLine = statusLine();
            var headers = reader.headers();
            boolean bodiless =
                    statusLine.startsWith("1", 9) || statusLine.startsWith("204", 9) || statusLine.startsWith("304", 9);
            var body = bodiless ? noBody() : reader.body(headers, true);
            return new RawResponse(statusLine, headers, body);
        });
    }

    /** Reads a head and leaves the body: for answers to HEAD, and for bodies that break off. */
    public RawResponse readHead() {
        return of(() -> new RawResponse(statusLine(), reader.headers(), noBody()));
    }

    /** Sends a request and reads the next answer. */
    public RawResponse exchange(String request) {
        return send(request).read();
    }

    /** Exactly {@code count} bytes. */
    public byte[] readBytes(int count) {
        return of(() -> reader.exactly(count));
    }

    /** All bytes up to the peer's end, or up to its reset. */
    public byte[] readToEnd() {
        return of(() -> {
            var bytes = new java.io.ByteArrayOutputStream();
            try {
                reader.stream().transferTo(bytes);
            } catch (SocketTimeoutException e) {
                throw e;
            } catch (SocketException e) {
                bytes.flush(); // a reset ends the stream too
            }
            return bytes.toByteArray();
        });
    }

    /** Waits for the peer to end the connection; false where it sends something instead. */
    public boolean awaitClose() {
        return readToEnd().length == 0;
    }

    /** Whether nothing arrives for {@code time} and the connection stays open. */
    public boolean staysSilent(Duration time) {
        return of(() -> {
            int before = socket.getSoTimeout();
            socket.setSoTimeout(Math.toIntExact(time.toMillis()));
            try {
                reader.stream().mark(1);
                reader.stream().read();
                reader.stream().reset();
                return false;
            } catch (SocketTimeoutException e) {
                return true;
            } finally {
                socket.setSoTimeout(before);
            }
        });
    }

    /** Ends the sending side; answers can still be read. */
    public RawClient endOutput() {
        return of(() -> {
            socket.shutdownOutput();
            return this;
        });
    }

    /** Breaks the connection with a TCP reset. */
    public void reset() {
        of(() -> {
            socket.setSoLinger(true, 0);
            socket.close();
            return this;
        });
    }

    @Override
    public void close() {
        of(() -> {
            socket.close();
            return this;
        });
    }

    private String statusLine() throws IOException {
        var line = reader.startLine();
        if (line == null) {
            throw new EOFException("the peer closed the connection without an answer");
        }
        if (!line.matches("HTTP/1\\.[01] \\d{3} .*")) {
            throw new IOException("expected a status line, got `" + line + "`");
        }
        return line;
    }

    private static MessageReader.Body noBody() {
        return new MessageReader.Body(new byte[0], new Headers(java.util.List.of()));
    }

    private static <T extends @Nullable Object> T of(Step<T> step) {
        try {
            return step.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @FunctionalInterface
    private interface Step<T extends @Nullable Object> {
        T run() throws IOException;
    }
}
