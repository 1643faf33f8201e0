package io.gatehouse.proxy.http.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes message heads into one array of its event loop, and from there into a buffer in one copy. */
public final class HeadWriter implements FieldSink {
    private static final byte[] REQUEST_END = bytes(" HTTP/1.1\r\n");
    private static final byte[] LINE_END = bytes("\r\n");
    private static final byte[] LAST_CHUNK = bytes("0\r\n");
    private static final byte[] COLON = bytes(": ");
    private static final byte[][] STATUS_LINES = new byte[600][];

    private byte[] out = new byte[4096];
    private int length;

    static {
        for (int status = 100; status < STATUS_LINES.length; status++) {
            STATUS_LINES[status] = bytes("HTTP/1.1 " + status + " "
                    + HttpResponseStatus.valueOf(status).reasonPhrase() + "\r\n");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    public void requestLine(AsciiString method, String path, @Nullable String query) {
        length = 0;
        put(method);
        room(1);
        out[length++] = ' ';
        put(path);
        if (query != null) {
            room(1);
            out[length++] = '?';
            put(query);
        }
        put(REQUEST_END);
    }

    public void statusLine(int status) {
        length = 0;
        put(
                status < STATUS_LINES.length
                        ? STATUS_LINES[status]
                        : bytes("HTTP/1.1 " + status + " "
                                + HttpResponseStatus.valueOf(status).reasonPhrase() + "\r\n"));
    }

    /** Begins with the chunk that says that no more follow. */
    void lastChunk() {
        length = 0;
        put(LAST_CHUNK);
    }

    @Override
    public void field(AsciiString name, CharSequence value) {
        put(name);
        put(COLON);
        if (value instanceof String text) {
            put(text);
        } else if (value instanceof AsciiString ascii) {
            put(ascii);
        } else {
            put(value.toString());
        }
        put(LINE_END);
    }

    /** As inherited, in a loop of its own: the shared one has calls to many kinds of sinks, which cost more. */
    @Override
    public void fields(FlatHeaders headers) {
        for (int i = 0; i < headers.fieldCount(); i++) {
            field(headers.nameAt(i), headers.valueAt(i));
        }
    }

    @Override
    public void fields(PreparedFields prepared) {
        put(prepared.lines());
    }

    public void line(byte[] line) {
        put(line);
    }

    public void field(AsciiString name, long value) {
        put(name);
        put(COLON);
        room(20);
        if (value == 0) {
            out[length++] = '0';
        } else {
            int digits = 0;
            for (long rest = value; rest > 0; rest /= 10) {
                digits++;
            }
            long rest = value;
            for (int i = length + digits - 1; i >= length; i--) {
                out[i] = (byte) ('0' + rest % 10);
                rest /= 10;
            }
            length += digits;
        }
        put(LINE_END);
    }

    /** Ends the head and answers it, with room for {@code more} bytes behind. */
    public ByteBuf end(ByteBufAllocator allocator, int more) {
        put(LINE_END);
        return allocator.ioBuffer(length + more).writeBytes(out, 0, length);
    }

    private void put(AsciiString text) {
        room(text.length());
        System.arraycopy(text.array(), text.arrayOffset(), out, length, text.length());
        length += text.length();
    }

    private void put(byte[] bytes) {
        room(bytes.length);
        System.arraycopy(bytes, 0, out, length, bytes.length);
        length += bytes.length;
    }

    @SuppressWarnings("deprecation") // heads are Latin-1, for which this is one copy without an array of its own
    private void put(String text) {
        room(text.length());
        text.getBytes(0, text.length(), out, length);
        length += text.length();
    }

    private void room(int more) {
        if (length + more > out.length) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, length + more));
        }
    }
}
