package io.gatehouse.benchmarks.soak;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads HTTP/1.1 messages, strictly: whatever is not framed as RFC 9112 says is a {@link ProtocolException}. */
final class Message {
    private static final int MAX_HEAD = 32 << 10;

    private Message() {}

    /**
     * A start line and its fields.
     *
     * @param fields by lower-case name
     */
    record Head(String startLine, Map<String, String> fields) {
        @Nullable
        String field(String name) {
            return fields.get(name);
        }

        boolean isChunked() {
            return "chunked".equalsIgnoreCase(fields.get("transfer-encoding"));
        }

        long length() throws ProtocolException {
            var text = fields.get("content-length");
            if (text == null) {
                return -1;
            }
            if (!text.matches("[0-9]{1,18}")) {
                throw new ProtocolException("Content-Length: " + text);
            }
            return Long.parseLong(text);
        }
    }

    /** Reads a head, or {@code null} where the connection ends instead. */
    static @Nullable Head readHead(InputStream in) throws IOException {
        var first = line(in);
        if (first == null) {
            return null;
        }
        var fields = new LinkedHashMap<String, String>();
        int size = first.length();
        while (true) {
            var line = line(in);
            if (line == null) {
                throw new EOFException("within a head");
            }
            if (line.isEmpty()) {
                return new Head(first, fields);
            }
            size += line.length();
            int colon = line.indexOf(':');
            if (colon < 1 || size > MAX_HEAD) {
                throw new ProtocolException("field: " + line);
            }
            var name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            var value = line.substring(colon + 1).strip();
            var other = fields.put(name, value);
            if (other != null && (name.equals("content-length") || name.equals("transfer-encoding"))) {
                throw new ProtocolException("two of " + name);
            }
        }
    }

    /** A line without its CR LF, or {@code null} where the connection ends before its first byte. */
    private static @Nullable String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        while (true) {
            int next = in.read();
            if (next < 0) {
                if (line.size() == 0) {
                    return null;
                }
                throw new EOFException("within a line");
            }
            if (next == '\n') {
                var text = line.toString(StandardCharsets.ISO_8859_1);
                if (!text.endsWith("\r")) {
                    throw new ProtocolException("a bare LF after: " + text);
                }
                return text.substring(0, text.length() - 1);
            }
            line.write(next);
            if (line.size() > MAX_HEAD) {
                throw new ProtocolException("a line without an end");
            }
        }
    }

    /** Reads the body that follows a head: by chunks, by length, or none. Ends with {@link CutException} where it ends early. */
    static byte[] readBody(InputStream in, Head head) throws IOException {
        if (head.isChunked()) {
            return chunks(in);
        }
        int length = (int) Math.max(0, head.length());
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new CutException(body);
        }
        return body;
    }

    private static byte[] chunks(InputStream in) throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            var size = line(in);
            if (size == null) {
                throw new CutException(body.toByteArray());
            }
            if (!size.matches("[0-9a-fA-F]{1,8}")) {
                throw new ProtocolException("chunk size: " + size);
            }
            int length = Integer.parseInt(size, 16);
            byte[] piece = in.readNBytes(length);
            body.write(piece);
            if (piece.length < length) {
                throw new CutException(body.toByteArray());
            }
            var end = line(in);
            if (end == null) {
                throw new CutException(body.toByteArray());
            }
            if (!end.isEmpty()) {
                throw new ProtocolException("after a chunk: " + end);
            }
            if (length == 0) {
                return body.toByteArray();
            }
        }
    }

    /** A body ended before its end; what had come of it. */
    static final class CutException extends IOException {
        private static final long serialVersionUID = 1;

        private final transient byte[] body;

        CutException(byte[] body) {
            super("a body ended too early");
            this.body = body;
        }

        byte[] body() {
            return body;
        }
    }
}
