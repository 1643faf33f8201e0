package io.gatehouse.proxy.http.client;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A client of HTTP/2 that sends exactly the frames that it is told, right or wrong. Blocking; reads end after 5 s. */
public final class FrameClient implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    static final int PADDED = 8;
    static final int NO_ERROR = 0;
    static final int PROTOCOL_ERROR = 1;
    static final int INTERNAL_ERROR = 2;
    static final int STREAM_CLOSED = 5;
    static final int REFUSED_STREAM = 7;
    public static final int CANCEL = 8;
    static final int ENHANCE_YOUR_CALM = 11;
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket;
    private final DataInputStream in;
    private final DefaultHttp2HeadersDecoder hpack = new DefaultHttp2HeadersDecoder(false, 1 << 20);
    private final Map<Integer, Answer> answers = new HashMap<>();
    private boolean givesWindow = true;

    /** What came on one stream so far. */
    public static final class Answer {
        public final List<Map.Entry<String, String>> heads = new ArrayList<>();
        public final List<Integer> statuses = new ArrayList<>();
        public final Map<String, String> trailers = new HashMap<>();
        public final ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean ended;
        public int reset = -1;

        public int status() {
            return statuses.getLast();
        }

        String text() {
            return body.toString(StandardCharsets.UTF_8);
        }

        @Nullable
        public String header(String name) {
            for (var field : heads) {
                if (field.getKey().equals(name)) {
                    return field.getValue();
                }
            }
            return null;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Frame(int type, int flags, int stream, byte[] payload) {
        int code() {
            return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
        }

        boolean has(int flag) {
            return (flags & flag) != 0;
        }
    }

    private FrameClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    /** Connects, and says nothing. */
    static FrameClient silent(int port) {
        try {
            var socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(5_000);
            return new FrameClient(socket);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public static FrameClient connect(int port) {
        return silent(port).bytes(PREFACE).frame(SETTINGS, 0, 0);
    }

    /** A client whose streams may be sent so many bytes, and that gives nothing back by itself. */
    public static FrameClient withWindow(int port, int window) {
        var client = silent(port)
                .bytes(PREFACE)
                .frame(
                        SETTINGS,
                        0,
                        0,
                        ByteBuffer.allocate(6)
                                .putShort((short) 4)
                                .putInt(window)
                                .array());
        client.givesWindow = false;
        return client;
    }

    /** How long the other side may say nothing before {@link #next} fails. */
    FrameClient patience(Duration time) {
        try {
            socket.setSoTimeout((int) time.toMillis());
        } catch (SocketException failure) {
            throw new UncheckedIOException(failure);
        }
        return this;
    }

    FrameClient keepingWindow() {
        givesWindow = false;
        return this;
    }

    // ---- sending

    FrameClient bytes(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static byte[] encoded(int type, int flags, int stream, byte... payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    FrameClient frame(int type, int flags, int stream, byte... payload) {
        return bytes(encoded(type, flags, stream, payload));
    }

    /** Sends a head of names and values in turn. */
    public FrameClient head(int stream, boolean last, String... fields) {
        return frame(HEADERS, END_HEADERS | (last ? END_STREAM : 0), stream, block(fields));
    }

    public FrameClient get(int stream, String path) {
        return head(stream, true, request("GET", path));
    }

    public FrameClient post(int stream, String path, String... more) {
        return head(stream, false, request("POST", path, more));
    }

    public FrameClient data(int stream, String text, boolean last) {
        return frame(DATA, last ? END_STREAM : 0, stream, text.getBytes(StandardCharsets.UTF_8));
    }

    public FrameClient reset(int stream, int code) {
        return frame(RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(code).array());
    }

    public FrameClient window(int stream, int bytes) {
        return frame(
                WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(bytes).array());
    }

    public static String[] request(String method, String path, String... more) {
        var fields = new ArrayList<>(
                List.of(":method", method, ":scheme", "http", ":authority", "a.example", ":path", path));
        fields.addAll(List.of(more));
        return fields.toArray(String[]::new);
    }

    /** Literal fields, never indexed, one byte a character. */
    static byte[] block(String... fields) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i += 2) {
            out.write(0x10);
            literal(out, fields[i]);
            literal(out, fields[i + 1]);
        }
        return out.toByteArray();
    }

    private static void literal(ByteArrayOutputStream out, String text) {
        int length = text.length();
        if (length < 127) {
            out.write(length);
        } else {
            out.write(127);
            int rest = length - 127;
            for (; rest >= 128; rest >>= 7) {
                out.write((rest & 127) | 128);
            }
            out.write(rest);
        }
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    // ---- reading

    /** The next frame, whatever it is; {@code null} where the connection has ended. */
    @Nullable
    public Frame next() {
        try {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            var frame = new Frame(in.readUnsignedByte(), in.readUnsignedByte(), in.readInt(), new byte[length]);
            in.readFully(frame.payload());
            take(frame);
            return frame;
        } catch (EOFException | SocketException ended) {
            return null;
        } catch (IOException | Http2Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** The next frame, which must come. */
    Frame frame() {
        return Objects.requireNonNull(next(), "the connection ended");
    }

    private void take(Frame frame) throws Http2Exception {
        var answer = answers.computeIfAbsent(frame.stream(), stream -> new Answer());
        switch (frame.type()) {
            case SETTINGS -> {
                if (!frame.has(ACK)) {
                    acknowledge();
                }
            }
            case HEADERS -> {
                for (var field : hpack.decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.payload()))) {
                    var name = field.getKey().toString();
                    var value = field.getValue().toString();
                    if (name.equals(":status")) {
                        answer.statuses.add(Integer.valueOf(value));
                    } else if (answer.body.size() > 0 || (frame.has(END_STREAM) && !answer.heads.isEmpty())) {
                        answer.trailers.put(name, value);
                    } else {
                        answer.heads.add(Map.entry(name, value));
                    }
                }
                answer.ended |= frame.has(END_STREAM);
            }
            case DATA -> {
                answer.body.writeBytes(frame.payload());
                answer.ended |= frame.has(END_STREAM);
                if (givesWindow && frame.payload().length > 0) {
                    window(0, frame.payload().length);
                    if (!frame.has(END_STREAM)) {
                        window(frame.stream(), frame.payload().length);
                    }
                }
            }
            case RST_STREAM -> answer.reset = frame.code();
            default -> {
                // read as a frame
            }
        }
    }

    private void acknowledge() {
        try {
            frame(SETTINGS, ACK, 0);
        } catch (UncheckedIOException gone) {
            givesWindow = false;
        }
    }

    /** The whole answer on a stream, or what there was of it when the stream was reset. */
    public Answer answer(int stream) {
        var answer = answers.computeIfAbsent(stream, key -> new Answer());
        while (!answer.ended && answer.reset < 0) {
            if (next() == null) {
                throw new AssertionError("the connection ended before stream " + stream);
            }
        }
        return answer;
    }

    /** What has come on a stream so far. */
    public Answer soFar(int stream) {
        return answers.computeIfAbsent(stream, key -> new Answer());
    }

    /** The next frame of a kind. */
    Frame await(int type) {
        while (true) {
            var frame = Objects.requireNonNull(next(), "the connection ended before a frame of type " + type);
            if (frame.type() == type) {
                return frame;
            }
        }
    }

    /** How a stream was reset. */
    public int awaitReset(int stream) {
        var answer = soFar(stream);
        while (answer.reset < 0) {
            Objects.requireNonNull(next(), "the connection ended before stream " + stream + " was reset");
        }
        return answer.reset;
    }

    /** A whole round trip: what was sent before has been worked on. */
    public FrameClient roundTrip() {
        frame(PING, 0, 0, new byte[8]);
        while (true) {
            if (await(PING).has(ACK)) {
                return this;
            }
        }
    }

    /** The code with which the connection ended, or -1 where it ended without one. */
    int awaitEnd() {
        int code = -1;
        for (var frame = next(); frame != null; frame = next()) {
            if (frame.type() == GOAWAY) {
                code = frame.code();
            }
        }
        return code;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
