package io.gatehouse.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * Load at a fixed rate, whatever the answers do: a request is due at its time, and its latency is counted from then, also where it
 * had to wait for a connection. So a server that stalls pays for all that queued up behind the stall (no coordinated omission: G.
 * Tene, "How NOT to Measure Latency"). HTTP/1.1 in clear text, answers with {@code Content-Length}. Stands alone, so that scripts can run
 * it from its source. Prints the percentiles in microseconds.
 */
public final class OpenLoop {
    private static final int LARGEST_HEAD = 16 << 10;
    /** Short beside what is measured, and long enough that whoever shares the CPU gets it. */
    private static final long PAUSE_NANOS = 10_000;

    private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};

    private final Selector selector = Selector.open();
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private final byte[] request;
    private final long[] latencies;
    private int finished;

    private OpenLoop(InetSocketAddress server, int connections, byte[] request, int total) throws IOException {
        this.request = request;
        this.latencies = new long[total];
        for (int i = 0; i < connections; i++) {
            var channel = SocketChannel.open(server);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            var connection = new Connection(channel);
            channel.register(selector, SelectionKey.OP_READ, connection);
            idle.add(connection);
        }
    }

    /** A keep-alive connection with at most one request on it. */
    private static final class Connection {
        final SocketChannel channel;
        final ByteBuffer in = ByteBuffer.allocate(LARGEST_HEAD);
        /** When the request on it was due. */
        long due;
        /** Bytes that are still to come of the body; negative while the head is read. */
        long rest = -1;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }

        /** Reads what has come. Answers whether the answer is whole. */
        boolean read() throws IOException {
            while (true) {
                int count = channel.read(in);
                if (count < 0) {
                    throw new IOException("the server closed a connection");
                }
                if (rest < 0) {
                    parseHead();
                } else {
                    rest -= in.position();
                    in.clear();
                }
                if (rest == 0) {
                    rest = -1;
                    in.clear();
                    return true;
                }
                if (count == 0) {
                    return false;
                }
            }
        }

        private void parseHead() throws IOException {
            byte[] bytes = in.array();
            int length = in.position();
            int end = headEnd(bytes, length);
            if (end < 0) {
                if (!in.hasRemaining()) {
                    throw new IOException("the head of an answer is too long");
                }
                return;
            }
            var head = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
            if (!head.startsWith("HTTP/1.1 200")) {
                throw new IOException(
                        "expected 200, got: " + head.lines().findFirst().orElse(""));
            }
            rest = contentLength(head) - (length - end);
            in.clear();
        }

        private static int headEnd(byte[] bytes, int length) {
            for (int i = 0; i + HEAD_END.length <= length; i++) {
                if (Arrays.equals(bytes, i, i + HEAD_END.length, HEAD_END, 0, HEAD_END.length)) {
                    return i + HEAD_END.length;
                }
            }
            return -1;
        }

        private static long contentLength(String head) throws IOException {
            return head.lines()
                    .map(line -> line.toLowerCase(Locale.ROOT))
                    .filter(line -> line.startsWith("content-length:"))
                    .mapToLong(line -> Long.parseLong(
                            line.substring("content-length:".length()).strip()))
                    .findFirst()
                    .orElseThrow(() -> new IOException("an answer has no Content-Length"));
        }
    }

    private void run(double rate) throws IOException {
        long start = System.nanoTime() + 1_000_000;
        double gap = 1e9 / rate;
        int sent = 0;
        while (finished < latencies.length) {
            long now = System.nanoTime();
            while (sent < latencies.length && !idle.isEmpty() && start + (long) (sent * gap) <= now) {
                send(idle.pop(), start + (long) (sent * gap));
                sent++;
            }
            if (selector.selectNow(this::onReadable) == 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void send(Connection connection, long due) throws IOException {
        connection.due = due;
        var bytes = ByteBuffer.wrap(request);
        while (bytes.hasRemaining()) {
            connection.channel.write(bytes);
        }
    }

    private void onReadable(SelectionKey key) {
        var connection = (Connection) key.attachment();
        try {
            if (connection.read()) {
                latencies[finished++] = System.nanoTime() - connection.due;
                idle.push(connection);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private String report() {
        Arrays.sort(latencies);
        var text = new StringBuilder();
        for (double share : new double[] {0.5, 0.9, 0.99, 0.999}) {
            int index = (int) Math.min(latencies.length - 1, Math.ceil(share * latencies.length) - 1);
            text.append(String.format(Locale.ROOT, "p%s %d ", number(share * 100), latencies[index] / 1000));
        }
        return text.append("max ")
                .append(latencies[latencies.length - 1] / 1000)
                .toString();
    }

    private static String number(double percent) {
        return percent == Math.rint(percent) ? String.valueOf((int) percent) : String.valueOf(percent);
    }

    /** Arguments: {@code PORT PATH RATE SECONDS CONNECTIONS [HEADER]}; it sends to 127.0.0.1. */
    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(args[0]);
        double rate = Double.parseDouble(args[2]);
        int total = (int) (rate * Integer.parseInt(args[3]));
        var header = args.length > 5 ? args[5] + "\r\n" : "";
        byte[] request = "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s\r\n"
                .formatted(args[1], port, header)
                .getBytes(StandardCharsets.US_ASCII);
        var server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        int connections = Integer.parseInt(args[4]);
        // a first run compiles what the second one measures with
        new OpenLoop(server, connections, request, Math.min(total, (int) rate)).run(rate);
        var measured = new OpenLoop(server, connections, request, total);
        measured.run(rate);
        System.out.println(measured.report());
    }
}
