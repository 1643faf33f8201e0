package io.gatehouse.proxy.http.message;

import io.netty.util.AsciiString;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** What a name and a value must be like before they may stand in a head: no line break reaches the wire, whoever adds them. */
final class CheckedField {
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    /**
     * Names that were found good: filters give the same few objects for every request. Names from the wire stay out of it, since each is
     * an object of its own. A race only costs a check more.
     */
    private static final @Nullable Known[] KNOWN = new @Nullable Known[256];

    private CheckedField() {}

    private record Known(AsciiString given, AsciiString name) {}

    /**
     * The lower-case name.
     *
     * @throws IllegalArgumentException where it is no token
     */
    @SuppressWarnings("ReferenceEquality") // what was checked is that very object
    static AsciiString name(CharSequence name) {
        if (!(name instanceof AsciiString given)) {
            return token(new AsciiString(name));
        }
        int slot = given.hashCode() & KNOWN.length - 1;
        var known = KNOWN[slot];
        if (known != null && known.given == given) {
            return known.name;
        }
        var token = token(given);
        KNOWN[slot] = new Known(given, token);
        return token;
    }

    /** The lower-case name, each time looked at: for names that others make. */
    static AsciiString token(AsciiString given) {
        var usual = HeaderName.find(given.array(), given.arrayOffset(), given.arrayOffset() + given.length());
        if (usual != null) {
            return usual.text();
        }
        var lower = given.toLowerCase();
        if (!isLowerCaseToken(lower)) {
            throw new IllegalArgumentException("header name: expected a token");
        }
        return lower;
    }

    private static boolean isLowerCaseToken(AsciiString name) {
        for (int i = 0; i < name.length(); i++) {
            if (!HeadParser.isLowerCaseToken(name.byteAt(i))) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /**
     * The value as it is.
     *
     * @throws IllegalArgumentException where it holds a control character, or one beyond Latin-1
     */
    static CharSequence value(Object value) {
        if (value instanceof AsciiString ascii) {
            check(ascii.array(), ascii.arrayOffset(), ascii.arrayOffset() + ascii.length());
            return ascii;
        }
        var text = value.toString();
        for (int i = 0; i < text.length(); i++) {
            check(text.charAt(i));
        }
        return text;
    }

    private static void check(byte[] bytes, int from, int to) {
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            if (mayHoldControls((long) EIGHT.get(bytes, at))) {
                break;
            }
        }
        for (; at < to; at++) {
            check(bytes[at] & 0xff);
        }
    }

    /** Whether one of eight bytes is below a space or DEL: a byte borrows in the first sum, or is zero in the second. */
    private static boolean mayHoldControls(long eight) {
        long low = (eight - ONES * 0x20) & ~eight;
        long delete = eight ^ ONES * 0x7f;
        return ((low | ((delete - ONES) & ~delete)) & HIGHS) != 0;
    }

    private static void check(int c) {
        if ((c < 0x20 && c != '\t') || c == 0x7f || c > 0xff) {
            throw new IllegalArgumentException(
                    "header value: expected no control characters and nothing beyond Latin-1");
        }
    }
}
