package io.gatehouse.benchmarks.soak;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.Executors;

/** A target that speaks HTTP/1.1 and does what the path says, good or bad. A virtual thread for each connection. */
final class Origin implements AutoCloseable {
    private static final String WEBSOCKET_KEY = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final long PAUSE_MILLIS = 20;

    private final ServerSocket server;
    private final Tally tally;

    Origin(Tally tally) throws IOException {
        this.tally = tally;
        this.server = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
    }

    int port() {
        return server.getLocalPort();
    }

    void start() {
        Thread.ofVirtual().start(() -> {
            try (var connections = Executors.newVirtualThreadPerTaskExecutor()) {
                while (true) {
                    var socket = server.accept();
                    connections.execute(() -> serve(socket));
                }
            } catch (IOException closed) {
                // the run is over
            }
        });
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedInputStream(socket.getInputStream());
            var out = socket.getOutputStream();
            while (true) {
                var head = Message.readHead(in);
                if (head == null || !answer(socket, in, out, head)) {
                    return;
                }
            }
        } catch (IOException gone) {
            tally.count("origin: connections cut off");
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    /** Answers whether the connection lives on. */
    private boolean answer(Socket socket, InputStream in, OutputStream out, Message.Head head)
            throws IOException, InterruptedException {
        tally.count("origin: requests");
        var path = head.startLine().split(" ", 3)[1].split("/", -1);
        if (path[3].equals("socket")) {
            echoFrames(in, out, head);
            return false;
        }
        var kind = Kind.valueOf(path[3].toUpperCase(Locale.ROOT));
        int size = Integer.parseInt(path[4]);
        int seed = Integer.parseInt(path[5]);
        byte[] sent = kind == Kind.EARLY ? new byte[0] : Message.readBody(in, head);
        if (kind == Kind.ECHO && (sent.length != size || !Body.begins(seed, sent))) {
            tally.fault("the origin got another body than the client sent, for seed " + seed);
        }
        byte[] body = Body.of(seed, size);
        switch (kind) {
            case PLAIN, ECHO -> plain(out, body, "");
            case HINTED -> {
                write(out, "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n");
                plain(out, body, "");
            }
            case EMPTY -> write(out, "HTTP/1.1 204 No Content\r\n\r\n");
            case CHUNKED -> chunked(out, body, 0, true);
            case TRICKLE -> chunked(out, body, PAUSE_MILLIS, true);
            case EARLY -> plain(out, body, "Connection: close\r\n");
            case CUT -> {
                write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + (size + 1) + "\r\n\r\n");
                out.write(body);
            }
            case CUT_CHUNK -> chunked(out, body, 0, false);
            case SILENT -> {}
            case RESET -> socket.setSoLinger(true, 0);
            case HANG -> in.read(); // until the gateway gives up
            case GARBAGE -> write(out, "220 mail.example ESMTP\r\n\r\n");
            case TWO_LENGTHS -> write(out, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab");
        }
        return switch (kind) {
            case PLAIN, ECHO, HINTED, EMPTY, CHUNKED, TRICKLE -> true;
            case EARLY, CUT, CUT_CHUNK, SILENT, RESET, HANG, GARBAGE, TWO_LENGTHS -> false;
        };
    }

    private static void plain(OutputStream out, byte[] body, String fields) throws IOException {
        write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n" + fields + "\r\n");
        out.write(body);
    }

    private static void chunked(OutputStream out, byte[] body, long pause, boolean whole)
            throws IOException, InterruptedException {
        write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        int piece = Math.max(1, body.length / 5);
        for (int from = 0; from < body.length; from += piece) {
            int length = Math.min(piece, body.length - from);
            write(out, Integer.toHexString(length) + "\r\n");
            out.write(body, from, length);
            write(out, "\r\n");
            if (pause > 0) {
                Thread.sleep(pause); // the pause is what this answer is about
            }
        }
        if (whole) {
            write(out, "0\r\n\r\n");
        }
    }

    /** A WebSocket that sends back what comes, frame by frame, until a close frame (RFC 6455). */
    private void echoFrames(InputStream in, OutputStream out, Message.Head head) throws IOException {
        var key = head.field("sec-websocket-key");
        write(
                out,
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                        + accept(key == null ? "" : key)
                        + "\r\n\r\n");
        tally.count("origin: sockets");
        while (true) {
            int first = in.read();
            int second = in.read();
            if (second < 0) {
                return;
            }
            int length = second & 0x7f;
            if (length == 126) {
                length = in.read() << 8 | in.read();
            } else if (length == 127) {
                throw new IOException("a longer frame than any client here sends");
            }
            byte[] mask = in.readNBytes(4);
            byte[] payload = in.readNBytes(length);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= mask[i % 4];
            }
            out.write(frame(first, payload));
            if ((first & 0xf) == 8) {
                return;
            }
        }
    }

    private static byte[] frame(int first, byte[] payload) {
        byte[] head = payload.length < 126
                ? new byte[] {(byte) first, (byte) payload.length}
                : new byte[] {(byte) first, 126, (byte) (payload.length >> 8), (byte) payload.length};
        byte[] frame = Arrays.copyOf(head, head.length + payload.length);
        System.arraycopy(payload, 0, frame, head.length, payload.length);
        return frame;
    }

    private static String accept(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1")
                    .digest((key + WEBSOCKET_KEY).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
