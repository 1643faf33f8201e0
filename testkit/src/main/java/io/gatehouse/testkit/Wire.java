package io.gatehouse.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** An origin's side of one connection, in the hands of a {@link Script}. */
public final class Wire {
    private final Socket socket;
    private final InputStream in;

    Wire(Socket socket, InputStream in) {
        this.socket = socket;
        this.in = in;
    }

    /** Sends text as ISO-8859-1: one byte a character. */
    public void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void send(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
    }

    /** What the peer sent and nobody has read yet. */
    public InputStream input() {
        return in;
    }

    /** Ends the sending side; what the peer sends can still be read. */
    public void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Ends the connection in order. */
    public void close() throws IOException {
        socket.close();
    }

    /** Breaks the connection with a TCP reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Says nothing more until the peer ends the connection, or the origin closes. What the peer sends is dropped. */
    public void awaitClose() throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
    }

    boolean isClosed() {
        return socket.isClosed();
    }
}
