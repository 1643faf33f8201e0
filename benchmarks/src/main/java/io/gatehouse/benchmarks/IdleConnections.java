package io.gatehouse.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/**
 * Holds many connections open: each sends one request, reads its answer, and then stays idle until standard input ends. Stands alone,
 * so that scripts can run it from its source. Prints {@code idle N} when all are there.
 */
public final class IdleConnections {
    private IdleConnections() {}

    /** Arguments: {@code PORT COUNT}; it connects to 127.0.0.1. */
    public static void main(String[] args) throws IOException {
        var server = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
        int count = Integer.parseInt(args[1]);
        byte[] request = "GET /orders/42 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        var answer = ByteBuffer.allocate(4096);
        var held = new ArrayList<SocketChannel>(count);
        for (int i = 0; i < count; i++) {
            var channel = SocketChannel.open(server);
            channel.write(ByteBuffer.wrap(request));
            answer.clear();
            if (channel.read(answer) <= 0) {
                throw new IOException("connection " + i + " was closed instead of answered");
            }
            held.add(channel);
        }
        System.out.println("idle " + held.size());
        while (System.in.read() >= 0) {
            // what is typed means nothing; only the end does
        }
        for (var channel : held) {
            channel.close();
        }
    }
}
