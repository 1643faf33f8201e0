package io.gatehouse.audit.file;

import io.gatehouse.audit.merkle.MerkleHash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The form of the file {@code checkpoints}: every checkpoint ever signed, in order. A record is a line {@code #N LENGTH CHAIN}
 * and a signed note of LENGTH bytes; CHAIN is the hexadecimal SHA-256 over the chain before (32 bytes, at first zeros) and the
 * note, so that none can be taken out or swapped unseen.
 */
final class CheckpointFile {
    static final byte[] FIRST_CHAIN = new byte[MerkleHash.LENGTH];

    private static final Pattern HEAD = Pattern.compile("#(0|[1-9]\\d{0,17}) ([1-9]\\d{0,5}) ([0-9a-f]{64})");
    private static final int MAX_HEAD = 128;

    /**
     * One record.
     *
     * @param number its place, from 0
     * @param at offset in the file
     * @param end offset behind it
     * @param chain the chain that its line gives
     * @param note the signed note
     */
    record Entry(long number, int at, int end, String chain, String note) {}

    private CheckpointFile() {}

    static byte[] chain(byte[] before, String note) {
        var sha = MerkleHash.sha256();
        sha.update(before);
        return sha.digest(note.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] encode(long number, byte[] chain, String note) {
        byte[] text = note.getBytes(StandardCharsets.UTF_8);
        String head = "#" + number + " " + text.length + " " + HexFormat.of().formatHex(chain) + "\n";
        return (head + note).getBytes(StandardCharsets.UTF_8);
    }

    /** Reads whole records from an offset on, up to the first that is malformed or cut short. */
    static List<Entry> read(byte[] bytes, int from) {
        List<Entry> entries = new ArrayList<>();
        int at = from;
        while (at < bytes.length) {
            int line = at;
            while (line < bytes.length && line - at < MAX_HEAD && bytes[line] != '\n') {
                line++;
            }
            var head = HEAD.matcher(new String(bytes, at, line - at, StandardCharsets.ISO_8859_1));
            if (line == bytes.length || bytes[line] != '\n' || !head.matches()) {
                break;
            }
            int length = Integer.parseInt(head.group(2));
            if (length > bytes.length - line - 1) {
                break;
            }
            String note = new String(bytes, line + 1, length, StandardCharsets.UTF_8);
            int end = line + 1 + length;
            entries.add(new Entry(Long.parseLong(head.group(1)), at, end, head.group(3), note));
            at = end;
        }
        return entries;
    }
}
