package io.gatehouse.filters.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes one flat JSON object as ASCII: whatever is not printable ASCII is escaped, so that no value can break a line, a
 * terminal or an encoding. Reused from object to object; not thread-safe. Names are written as they are given.
 */
public final class JsonLine {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes = new byte[1024];
    private int length;

    /** Begins a new object. */
    public JsonLine begin() {
        length = 0;
        put('{');
        return this;
    }

    /** Adds a text; nothing where it is {@code null}. */
    public JsonLine text(String name, @Nullable String value) {
        if (value != null) {
            name(name);
            put('"');
            for (int i = 0; i < value.length(); i++) {
                escaped(value.charAt(i));
            }
            put('"');
        }
        return this;
    }

    public JsonLine number(String name, long value) {
        name(name);
        plain(Long.toString(value));
        return this;
    }

    /** Adds a number; nothing where it is {@code absent}. */
    public JsonLine numberUnless(long absent, String name, long value) {
        return value == absent ? this : number(name, value);
    }

    /** Ends the object, with a line feed after it, and gives its bytes. */
    public byte[] endLine() {
        put('}');
        put('\n');
        return Arrays.copyOf(bytes, length);
    }

    /** Ends the object and gives its bytes. */
    public byte[] end() {
        put('}');
        return Arrays.copyOf(bytes, length);
    }

    private void name(String name) {
        if (length > 1) {
            put(',');
        }
        put('"');
        plain(name);
        put('"');
        put(':');
    }

    private void plain(String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            put(ascii.charAt(i));
        }
    }

    private void escaped(char c) {
        if (c == '"' || c == '\\') {
            put('\\');
            put(c);
        } else if (c >= ' ' && c < 0x7f) {
            put(c);
        } else {
            put('\\');
            put('u');
            for (int shift = 12; shift >= 0; shift -= 4) {
                put((char) HEX[(c >> shift) & 0xf]);
            }
        }
    }

    private void put(char ascii) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * length);
        }
        bytes[length++] = (byte) ascii;
    }
}
