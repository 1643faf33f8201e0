package io.gatehouse.audit.file;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The form of a segment, and a walk through one that was read whole. Numbers are big-endian.
 *
 * <pre>
 * segment := "GHSEG001" | first index u64 | length of the segment before u64 | crc32c u32 | group*
 * group   := "GRP1" | body length u32 | count u32 | first index u64 | crc32c of body u32 | crc32c of header u32 | record*
 * record  := payload length u32 | leaf 66 | salt 16 | payload
 * </pre>
 *
 * A group is what one fsync made durable.
 */
final class Segment {
    static final int HEADER = 28;
    static final int GROUP = 28;
    static final int RECORD = 4 + Leaf.BYTES + Leaf.SALT;

    private static final long MAGIC = 0x4748534547303031L;
    private static final int GROUP_MAGIC = 0x47525031;

    /** Sees each record of a group; positions are offsets into the segment's bytes. */
    @FunctionalInterface
    interface Visitor {
        void record(long index, int leafAt, int saltAt, int payloadAt, int payloadLength);
    }

    private final byte[] bytes;
    private final ByteBuffer view;

    Segment(byte[] bytes) {
        this.bytes = bytes;
        this.view = ByteBuffer.wrap(bytes);
    }

    static byte[] header(long firstIndex, long previousLength) {
        var header =
                ByteBuffer.allocate(HEADER).putLong(MAGIC).putLong(firstIndex).putLong(previousLength);
        return header.putInt(crc(header.array(), 0, HEADER - 4)).array();
    }

    /** Completes the header of a group that begins at 0 and ends where the sink ends. */
    static void sealGroup(ByteSink group, int count, long firstIndex) {
        group.setInt(0, GROUP_MAGIC);
        group.setInt(4, group.length() - GROUP);
        group.setInt(8, count);
        group.setLong(12, firstIndex);
        group.setInt(20, crc(group.array(), GROUP, group.length() - GROUP));
        group.setInt(24, crc(group.array(), 0, GROUP - 4));
    }

    byte[] bytes() {
        return bytes;
    }

    ByteBuffer view() {
        return view;
    }

    int length() {
        return bytes.length;
    }

    boolean headerHolds() {
        return bytes.length >= HEADER
                && view.getLong(0) == MAGIC
                && view.getInt(HEADER - 4) == crc(bytes, 0, HEADER - 4);
    }

    long firstIndex() {
        return view.getLong(8);
    }

    long previousLength() {
        return view.getLong(16);
    }

    /** What is wrong with the header of the group at an offset, or {@code null}. */
    @Nullable
    String groupFault(int at) {
        if (bytes.length - at < GROUP) {
            return "group header is cut short";
        }
        if (view.getInt(at) != GROUP_MAGIC || view.getInt(at + GROUP - 4) != crc(bytes, at, GROUP - 4)) {
            return "group header is damaged";
        }
        int body = bodyLength(at);
        if (body < 0 || body > bytes.length - at - GROUP) {
            return "group is cut short";
        }
        return null;
    }

    boolean bodyHolds(int at) {
        return view.getInt(at + 20) == crc(bytes, at + GROUP, bodyLength(at));
    }

    int end(int at) {
        return at + GROUP + bodyLength(at);
    }

    int count(int at) {
        return view.getInt(at + 8);
    }

    long groupIndex(int at) {
        return view.getLong(at + 12);
    }

    /** Where the next group with a sound header begins, from an offset on; -1 where there is none. */
    int find(int from) {
        for (int at = from; at <= bytes.length - GROUP; at++) {
            if (view.getInt(at) == GROUP_MAGIC && groupFault(at) == null) {
                return at;
            }
        }
        return -1;
    }

    /** Visits the records of a group whose header is sound; false where lengths and count do not fit the group. */
    boolean records(int group, Visitor visitor) {
        int at = group + GROUP;
        int end = end(group);
        long index = groupIndex(group);
        for (int i = 0; i < count(group); i++) {
            if (end - at < RECORD) {
                return false;
            }
            int payload = view.getInt(at);
            if (payload < 0 || payload > end - at - RECORD) {
                return false;
            }
            visitor.record(index++, at + 4, at + 4 + Leaf.BYTES, at + RECORD, payload);
            at += RECORD + payload;
        }
        return at == end;
    }

    private int bodyLength(int at) {
        return view.getInt(at + 4);
    }

    private static int crc(byte[] bytes, int from, int length) {
        var crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
