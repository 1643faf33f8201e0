package io.gatehouse.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads HTTP/1.1 messages from a stream by the letter of RFC 9112; what breaks its rules is an {@link IOException}. */
final class MessageReader {
    private static final int LINE_LIMIT = 1 << 20;

    private final InputStream in;

    MessageReader(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    InputStream stream() {
        return in;
    }

    /** The next line without its CRLF, or {@code null} where the peer ended between two messages. */
    @Nullable
    String startLine() throws IOException {
        in.mark(1);
        if (in.read() < 0) {
            return null;
        }
        in.reset();
        return line();
    }

    Headers headers() throws IOException {
        var fields = new ArrayList<Headers.Field>();
        for (var line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("expected a header field, got `" + line + "`");
            }
            fields.add(new Headers.Field(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        return new Headers(fields);
    }

    /** The body that {@code headers} announce; without an announcement nothing, or all up to the end of the stream. */
    Body body(Headers headers, boolean untilEnd) throws IOException {
        var coding = headers.first("transfer-encoding");
        if (coding != null && coding.toLowerCase(Locale.ROOT).endsWith("chunked")) {
            return chunks();
        }
        var length = headers.first("content-length");
        var none = new Headers(java.util.List.of());
        if (length != null) {
            return new Body(exactly(Integer.parseInt(length)), none);
        }
        return new Body(untilEnd ? in.readAllBytes() : new byte[0], none);
    }

    byte[] exactly(int count) throws IOException {
        var bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the peer ended after " + bytes.length + " of " + count + " bytes");
        }
        return bytes;
    }

    private Body chunks() throws IOException {
        var content = new ByteArrayOutputStream();
        for (int size = chunkSize(); size > 0; size = chunkSize()) {
            content.write(exactly(size));
            if (!line().isEmpty()) {
                throw new IOException("a chunk is longer than it says");
            }
        }
        return new Body(content.toByteArray(), headers());
    }

    private int chunkSize() throws IOException {
        var line = line();
        int end = line.indexOf(';');
        try {
            return Integer.parseInt(end < 0 ? line : line.substring(0, end), 16);
        } catch (NumberFormatException e) {
            throw new IOException("expected a chunk size, got `" + line + "`", e);
        }
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\r'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the peer ended within the line `" + latin1(line) + "`");
            }
            if (next == '\n' || line.size() == LINE_LIMIT) {
                throw new IOException("bare line feed or endless line after `" + latin1(line) + "`");
            }
            line.write(next);
        }
        if (in.read() != '\n') {
            throw new IOException("bare carriage return after `" + latin1(line) + "`");
        }
        return latin1(line);
    }

    private static String latin1(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /** What followed a head. */
    @SuppressWarnings("ArrayRecordComponent") // handed on at once, never compared
    record Body(byte[] content, Headers trailers) {}
}
