package io.gatehouse.audit.merkle;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** RFC 6962 (section 2.1) hashing with SHA-256. Not thread-safe: one instance a thread. */
public final class MerkleHash {
    /** Bytes of a hash. */
    public static final int LENGTH = 32;

    private final MessageDigest sha = sha256();
    private final byte[] nodeInput = new byte[1 + 2 * LENGTH];

    public MerkleHash() {
        nodeInput[0] = 1;
    }

    /** A new SHA-256. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    /** Writes the hash of an entry to {@code out}. */
    public void leaf(byte[] entry, int from, int length, byte[] out, int at) {
        sha.update((byte) 0);
        sha.update(entry, from, length);
        finish(out, at);
    }

    public byte[] leaf(byte[] entry) {
        byte[] out = new byte[LENGTH];
        leaf(entry, 0, entry.length, out, 0);
        return out;
    }

    /** Writes the hash over two hashes to {@code out}, which may be one of them. */
    public void node(byte[] left, byte[] right, byte[] out) {
        System.arraycopy(left, 0, nodeInput, 1, LENGTH);
        System.arraycopy(right, 0, nodeInput, 1 + LENGTH, LENGTH);
        sha.update(nodeInput, 0, nodeInput.length);
        finish(out, 0);
    }

    public byte[] node(byte[] left, byte[] right) {
        byte[] out = new byte[LENGTH];
        node(left, right, out);
        return out;
    }

    /** The root of the tree without leaves. */
    public byte[] empty() {
        return sha.digest();
    }

    private void finish(byte[] out, int at) {
        try {
            sha.digest(out, at, LENGTH);
        } catch (DigestException e) {
            throw new IllegalArgumentException("no room for a hash at " + at, e);
        }
    }
}
