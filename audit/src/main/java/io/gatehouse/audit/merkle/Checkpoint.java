package io.gatehouse.audit.merkle;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a log signs: its name, its size and its root, as a C2SP {@code tlog-checkpoint} in a C2SP signed note.
 *
 * @param origin the log's name
 * @param size leaves in the tree
 * @param root the root hash in base 64
 * @param note the signed note, as it is written to files
 */
public record Checkpoint(String origin, long size, String root, String note) {
    private static final String DASH = "\u2014 ";
    private static final int MAX_BYTES = 65_536;

    public static Checkpoint sign(SigningKey key, long size, byte[] root) {
        String origin = key.verifier().name();
        String text = origin + "\n" + size + "\n" + StrictBase64.encode(root) + "\n";
        byte[] signature = key.signature(text.getBytes(StandardCharsets.UTF_8));
        byte[] identified = new byte[4 + signature.length];
        System.arraycopy(key.verifier().idBytes(), 0, identified, 0, 4);
        System.arraycopy(signature, 0, identified, 4, signature.length);
        String note = text + "\n" + DASH + origin + " " + StrictBase64.encode(identified) + "\n";
        return new Checkpoint(origin, size, StrictBase64.encode(root), note);
    }

    /**
     * Reads a note and checks the key's signature on it; signatures of others (witnesses) are let be, as the specification
     * says. Throws {@link IllegalArgumentException} with what is wrong.
     */
    public static Checkpoint open(String note, VerifierKey key) {
        int gap = note.lastIndexOf("\n\n");
        if (gap < 0 || !note.endsWith("\n") || note.length() > MAX_BYTES) {
            throw new IllegalArgumentException("not a signed note");
        }
        String text = note.substring(0, gap + 1);
        checkSignature(text, note.substring(gap + 2), key);
        String[] lines = text.split("\n", -1);
        if (lines.length != 4) {
            throw new IllegalArgumentException("expected origin, size and root, got " + (lines.length - 1) + " lines");
        }
        if (!lines[0].equals(key.name())) {
            throw new IllegalArgumentException("origin: expected `" + key.name() + "`, got `" + lines[0] + "`");
        }
        return new Checkpoint(lines[0], size(lines[1]), checkedRoot(lines[2]), note);
    }

    /** The root's bytes. */
    public byte[] rootHash() {
        return StrictBase64.decode(root);
    }

    private static void checkSignature(String text, String signatures, VerifierKey key) {
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        boolean signed = false;
        for (String line : signatures.substring(0, signatures.length() - 1).split("\n", -1)) {
            int space = line.indexOf(' ', DASH.length());
            if (!line.startsWith(DASH) || space < 0) {
                throw new IllegalArgumentException("malformed signature line");
            }
            if (!line.substring(DASH.length(), space).equals(key.name())) {
                continue;
            }
            byte[] identified = StrictBase64.decode(line.substring(space + 1));
            if (identified.length < 4 || !Arrays.equals(key.idBytes(), Arrays.copyOf(identified, 4))) {
                continue;
            }
            if (!key.verifies(message, Arrays.copyOfRange(identified, 4, identified.length))) {
                throw new IllegalArgumentException("the signature is not of key `" + key.keyId() + "`");
            }
            signed = true;
        }
        if (!signed) {
            throw new IllegalArgumentException("no signature of key `" + key.keyId() + "`");
        }
    }

    private static long size(String text) {
        if (!text.matches("0|[1-9][0-9]{0,17}")) {
            throw new IllegalArgumentException("size: expected a number, got `" + text + "`");
        }
        return Long.parseLong(text);
    }

    private static String checkedRoot(String text) {
        if (StrictBase64.decode(text).length != MerkleHash.LENGTH) {
            throw new IllegalArgumentException("root: expected 32 bytes, got `" + text + "`");
        }
        return text;
    }
}
