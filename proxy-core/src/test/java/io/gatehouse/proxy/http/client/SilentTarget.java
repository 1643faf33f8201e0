package io.gatehouse.proxy.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A target that speaks HTTP/2 without TLS and says what it is told, when it is told. */
final class SilentTarget implements AutoCloseable {
    private static final int WAIT_MILLIS = 5_000;

    private final ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());

    SilentTarget() throws IOException {
        listening.setSoTimeout(WAIT_MILLIS);
    }

    /** Takes a connection, its preface and its settings. */
    Socket accept() throws IOException {
        var socket = listening.accept();
        socket.setSoTimeout(WAIT_MILLIS);
        assertThat(socket.getInputStream().readNBytes(24)).hasSize(24);
        assertThat(next(socket).type()).isEqualTo(FrameClient.SETTINGS);
        return socket;
    }

    static FrameClient.Frame next(Socket socket) throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        return new FrameClient.Frame(in.readUnsignedByte(), in.readUnsignedByte(), in.readInt(), in.readNBytes(length));
    }

    /** The next head that is sent to it. */
    static FrameClient.Frame head(Socket socket) throws IOException {
        var frame = next(socket);
        while (frame.type() != FrameClient.HEADERS) {
            frame = next(socket);
        }
        return frame;
    }

    String upstream() {
        return upstream("");
    }

    /** {@code more}: settings of the upstream, from a comma on. */
    String upstream(String more) {
        return "{ targets: ['h2c://127.0.0.1:%d'], timeouts: { response: 2s } %s }"
                .formatted(listening.getLocalPort(), more);
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
