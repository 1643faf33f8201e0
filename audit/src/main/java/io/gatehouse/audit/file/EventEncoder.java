package io.gatehouse.audit.file;

import io.gatehouse.audit.AuditEvent;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes an event as one JSON object in UTF-8, keys always in the same order, {@code null} left out. Used by the writer's
 * thread alone.
 */
final class EventEncoder {
    /** What stays of each text, and of the details, where an event is too large. */
    private static final int CUT_CHARS = 128;

    private static final int CUT_DETAILS = 16;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final String node;
    private final ByteSink out;
    private int limit;

    EventEncoder(String node, ByteSink out) {
        this.node = node;
        this.out = out;
    }

    /** Writes the whole event. */
    void write(AuditEvent event, long idHigh, long idLow, long sequence) {
        limit = Integer.MAX_VALUE;
        fields(event, idHigh, idLow, sequence);
        out.put('}');
    }

    /** Writes what fits of a large event, with the size and the digest of the whole. */
    void writeCut(AuditEvent event, long idHigh, long idLow, long sequence, int wholeBytes, String wholeDigest) {
        limit = CUT_CHARS;
        fields(event, idHigh, idLow, sequence);
        ascii(",\"truncated\":{\"bytes\":");
        number(wholeBytes);
        text("digest", wholeDigest);
        ascii("}}");
    }

    /** Writes the beginning that every payload of this id and sequence has. */
    static void prefix(ByteSink out, long idHigh, long idLow, long sequence) {
        ascii(out, "{\"id\":\"");
        int at = out.claim(EventIds.TEXT);
        EventIds.write(idHigh, idLow, out.array(), at);
        ascii(out, "\",\"sequence\":");
        number(out, sequence);
        out.put(',');
    }

    private void fields(AuditEvent event, long idHigh, long idLow, long sequence) {
        prefix(out, idHigh, idLow, sequence);
        ascii("\"time\":");
        number(event.time());
        text("node", node);
        text("kind", event.kind().wireName());
        text("tenant", event.tenant());
        text("requestId", event.requestId());
        text("principal", event.principal());
        text("action", event.action());
        text("resource", event.resource());
        text("decision", event.decision());
        text("policies", event.policies());
        text("policyVersion", event.policyVersion());
        text("approval", event.approval());
        text("outcome", event.outcome());
        number("status", event.status(), 0);
        number("latencyMicros", event.latencyMicros(), -1);
        text("clientAddress", event.clientAddress());
        text("userAgent", event.userAgent());
        text("bodyDigest", event.bodyDigest());
        details(event.details());
    }

    private void details(Map<String, String> details) {
        if (details.isEmpty()) {
            return;
        }
        ascii(",\"details\":{");
        int left = limit == CUT_CHARS ? CUT_DETAILS : Integer.MAX_VALUE;
        boolean first = true;
        for (var detail : details.entrySet()) {
            if (left-- == 0) {
                break;
            }
            if (!first) {
                out.put(',');
            }
            first = false;
            quoted(detail.getKey());
            out.put(':');
            quoted(detail.getValue());
        }
        out.put('}');
    }

    private void text(String key, @Nullable String value) {
        if (value != null) {
            key(key);
            quoted(value);
        }
    }

    private void number(String key, long value, long none) {
        if (value != none) {
            key(key);
            number(value);
        }
    }

    private void key(String key) {
        ascii(",\"");
        ascii(key);
        ascii("\":");
    }

    private void quoted(String value) {
        int length = Math.min(value.length(), limit);
        out.room(Math.addExact(Math.multiplyExact(length, 6), 2));
        out.put('"');
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
                out.put(c);
            } else if (c < 0x80) {
                escape(c);
            } else {
                i += multibyte(value, i, length);
            }
        }
        out.put('"');
    }

    private void escape(char c) {
        out.put('\\');
        switch (c) {
            case '"', '\\' -> out.put(c);
            case '\n' -> out.put('n');
            case '\r' -> out.put('r');
            case '\t' -> out.put('t');
            default -> {
                ascii("u00");
                out.put(HEX[c >>> 4]);
                out.put(HEX[c & 0xf]);
            }
        }
    }

    /** Writes the character at {@code i} in UTF-8, half a pair as U+FFFD; answers how many further chars it took. */
    private int multibyte(String value, int i, int length) {
        char c = value.charAt(i);
        if (c < 0x800) {
            out.put(0xc0 | (c >>> 6));
            out.put(0x80 | (c & 0x3f));
            return 0;
        }
        if (Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(value.charAt(i + 1))) {
            int point = Character.toCodePoint(c, value.charAt(i + 1));
            out.put(0xf0 | (point >>> 18));
            out.put(0x80 | ((point >>> 12) & 0x3f));
            out.put(0x80 | ((point >>> 6) & 0x3f));
            out.put(0x80 | (point & 0x3f));
            return 1;
        }
        int point = Character.isSurrogate(c) ? 0xfffd : c;
        out.put(0xe0 | (point >>> 12));
        out.put(0x80 | ((point >>> 6) & 0x3f));
        out.put(0x80 | (point & 0x3f));
        return 0;
    }

    private void ascii(String text) {
        ascii(out, text);
    }

    private void number(long value) {
        number(out, value);
    }

    private static void ascii(ByteSink out, String text) {
        out.room(text.length());
        for (int i = 0; i < text.length(); i++) {
            out.put(text.charAt(i));
        }
    }

    private static void number(ByteSink out, long value) {
        if (value < 0) {
            ascii(out, Long.toString(value));
            return;
        }
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        int at = out.claim(digits);
        long rest = value;
        for (int i = digits - 1; i >= 0; i--) {
            out.array()[at + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
