package io.gatehouse.audit.file;

import io.gatehouse.audit.AuditKind;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The commitment to one event, which is the tree's leaf: {@code version u8 = 1 | kind u8 | time u64 | sequence u64 | id 16 |
 * digest 32}, 66 bytes, big-endian. The digest is SHA-256 over the 16 bytes of salt and the payload, so that a payload that was
 * erased with its salt cannot be guessed from what stays.
 */
final class Leaf {
    static final int BYTES = 66;
    static final int SALT = 16;
    static final int DIGEST_AT = 34;

    /** A leaf in an entry bundle: its length as u16, then the leaf. */
    static final int ENTRY = 2 + BYTES;

    private static final int VERSION = 1;
    private static final int TIME_AT = 2;
    private static final int SEQUENCE_AT = 10;
    private static final int ID_AT = 18;

    private Leaf() {}

    /** Writes all but the digest. */
    static void write(ByteSink out, int at, AuditKind kind, long time, long sequence, EventIds ids) {
        out.array()[at] = VERSION;
        out.array()[at + 1] = code(kind);
        out.setLong(at + TIME_AT, time);
        out.setLong(at + SEQUENCE_AT, sequence);
        out.setLong(at + ID_AT, ids.high());
        out.setLong(at + ID_AT + 8, ids.low());
    }

    /** What is wrong with the form of a leaf, or {@code null}. */
    static @Nullable String fault(byte[] bytes, int at) {
        if (bytes[at] != VERSION) {
            return "leaf version " + bytes[at] + " is unknown";
        }
        return kind(bytes[at + 1]) == null ? "kind " + bytes[at + 1] + " is unknown" : null;
    }

    static long time(ByteBuffer bytes, int at) {
        return bytes.getLong(at + TIME_AT);
    }

    static long sequence(ByteBuffer bytes, int at) {
        return bytes.getLong(at + SEQUENCE_AT);
    }

    static long idHigh(ByteBuffer bytes, int at) {
        return bytes.getLong(at + ID_AT);
    }

    static long idLow(ByteBuffer bytes, int at) {
        return bytes.getLong(at + ID_AT + 8);
    }

    static @Nullable AuditKind kind(byte code) {
        for (var kind : AuditKind.values()) {
            if (code(kind) == code) {
                return kind;
            }
        }
        return null;
    }

    private static byte code(AuditKind kind) {
        return switch (kind) {
            case DECISION -> 1;
            case OUTCOME -> 2;
            case APPROVAL -> 3;
            case CONFIGURATION -> 4;
            case LIFECYCLE -> 5;
            case GAP -> 6;
        };
    }
}
