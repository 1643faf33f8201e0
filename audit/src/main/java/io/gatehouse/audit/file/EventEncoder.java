package io.gatehouse.audit.file;

import io.gatehouse.audit.AuditEvent;
import io.gatehouse.audit.Details;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes an event as one JSON object in UTF-8, keys always in the same order, {@code null} left out. Used by the writer's
 * thread alone.
 */
final class EventEncoder {
    /** What stays of each text, and of the details, where an event is too large. */
    private static final int CUT_CHARS = 128;

    private static final int CUT_DETAILS = 16;
    private static final byte[] HEX = bytes("0123456789abcdef");
    private static final byte[] ID = bytes("{\"id\":\"");
    private static final byte[] SEQUENCE = bytes("\",\"sequence\":");
    private static final byte[] TIME = bytes("\"time\":");
    private static final byte[] DIGEST = key("digest");
    private static final byte[] NODE = key("node");
    private static final byte[] KIND = key("kind");
    private static final byte[] TENANT = key("tenant");
    private static final byte[] REQUEST_ID = key("requestId");
    private static final byte[] PRINCIPAL = key("principal");
    private static final byte[] ACTION = key("action");
    private static final byte[] RESOURCE = key("resource");
    private static final byte[] DECISION = key("decision");
    private static final byte[] POLICIES = key("policies");
    private static final byte[] POLICY_VERSION = key("policyVersion");
    private static final byte[] APPROVAL = key("approval");
    private static final byte[] OUTCOME = key("outcome");
    private static final byte[] STATUS = key("status");
    private static final byte[] LATENCY_MICROS = key("latencyMicros");
    private static final byte[] CLIENT_ADDRESS = key("clientAddress");
    private static final byte[] USER_AGENT = key("userAgent");
    private static final byte[] BODY_DIGEST = key("bodyDigest");
    private static final byte[] DETAILS = bytes(",\"details\":{");
    private static final byte[] TRUNCATED = bytes(",\"truncated\":{\"bytes\":");

    private final String node;
    private final ByteSink out;
    private int limit;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] key(String name) {
        return bytes(",\"" + name + "\":");
    }

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
        out.put(TRUNCATED);
        number(wholeBytes);
        text(DIGEST, wholeDigest);
        out.put('}');
        out.put('}');
    }

    /** Writes the beginning that every payload of this id and sequence has. */
    static void prefix(ByteSink out, long idHigh, long idLow, long sequence) {
        out.put(ID);
        int at = out.claim(EventIds.TEXT);
        EventIds.write(idHigh, idLow, out.array(), at);
        out.put(SEQUENCE);
        number(out, sequence);
        out.put(',');
    }

    private void fields(AuditEvent event, long idHigh, long idLow, long sequence) {
        prefix(out, idHigh, idLow, sequence);
        out.put(TIME);
        number(event.time());
        text(NODE, node);
        text(KIND, event.kind().wireName());
        text(TENANT, event.tenant());
        text(REQUEST_ID, event.requestId());
        text(PRINCIPAL, event.principal());
        text(ACTION, event.action());
        text(RESOURCE, event.resource());
        text(DECISION, event.decision());
        text(POLICIES, event.policies());
        text(POLICY_VERSION, event.policyVersion());
        text(APPROVAL, event.approval());
        text(OUTCOME, event.outcome());
        number(STATUS, event.status(), 0);
        number(LATENCY_MICROS, event.latencyMicros(), -1);
        text(CLIENT_ADDRESS, event.clientAddress());
        text(USER_AGENT, event.userAgent());
        text(BODY_DIGEST, event.bodyDigest());
        details(event.details());
    }

    private void details(Details details) {
        int size = limit == CUT_CHARS ? Math.min(details.size(), CUT_DETAILS) : details.size();
        if (size == 0) {
            return;
        }
        out.put(DETAILS);
        for (int i = 0; i < size; i++) {
            if (i > 0) {
                out.put(',');
            }
            quoted(details.name(i));
            out.put(':');
            quoted(details.value(i));
        }
        out.put('}');
    }

    private void text(byte[] key, @Nullable String value) {
        if (value != null) {
            out.put(key);
            quoted(value);
        }
    }

    private void number(byte[] key, long value, long none) {
        if (value != none) {
            out.put(key);
            number(value);
        }
    }

    private void quoted(String value) {
        int length = Math.min(value.length(), limit);
        out.room(Math.addExact(Math.multiplyExact(length, 6), 2));
        byte[] to = out.array();
        int at = out.length();
        to[at++] = '"';
        int i = 0;
        while (i < length && isPlain(value.charAt(i))) {
            to[at++] = (byte) value.charAt(i++);
        }
        out.length(at);
        for (; i < length; i++) {
            char c = value.charAt(i);
            if (isPlain(c)) {
                out.put(c);
            } else if (c < 0x80) {
                escape(c);
            } else {
                i += multibyte(value, i, length);
            }
        }
        out.put('"');
    }

    private static boolean isPlain(char c) {
        return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
    }

    private void escape(char c) {
        out.put('\\');
        switch (c) {
            case '"', '\\' -> out.put(c);
            case '\n' -> out.put('n');
            case '\r' -> out.put('r');
            case '\t' -> out.put('t');
            default -> {
                out.put('u');
                out.put('0');
                out.put('0');
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

    private void number(long value) {
        number(out, value);
    }

    private static void number(ByteSink out, long value) {
        if (value < 0) {
            out.put(bytes(Long.toString(value)));
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
