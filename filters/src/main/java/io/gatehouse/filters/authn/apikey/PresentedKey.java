package io.gatehouse.filters.authn.apikey;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The key of one request, as its hash. Reused from request to request, one a thread; keeps no key. */
final class PresentedKey {
    /** Characters of a key. */
    static final int LONGEST = 512;

    private final MessageDigest sha256;
    private final byte[] octets = new byte[LONGEST];
    private final byte[] hash = new byte[32];
    private final byte[] another = new byte[32];
    private boolean present;
    private boolean wellFormed;
    private boolean ambiguous;

    PresentedKey() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    static boolean allowed(int c) {
        return c > ' ' && c < 0x7f;
    }

    void reset() {
        present = false;
        wellFormed = false;
        ambiguous = false;
    }

    /** Takes the key between {@code from} and {@code to}. A second one has to be the same. */
    void take(CharSequence text, int from, int to) {
        boolean good = digest(text, from, to, present ? another : hash);
        if (present) {
            ambiguous |= !good || !wellFormed || !MessageDigest.isEqual(hash, another);
        } else {
            present = true;
            wellFormed = good;
        }
    }

    /** The request says more than one thing. */
    void contradict() {
        ambiguous = true;
    }

    boolean present() {
        return present;
    }

    boolean ambiguous() {
        return ambiguous;
    }

    /** SHA-256 of the key, until the next {@link #reset}; {@code null} where there is none that could be one. */
    byte @Nullable [] hash() {
        return wellFormed ? hash : null;
    }

    private boolean digest(CharSequence text, int from, int to, byte[] into) {
        int length = to - from;
        if (length <= 0 || length > LONGEST) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = text.charAt(from + i);
            if (!allowed(c)) {
                return false;
            }
            octets[i] = (byte) c;
        }
        try {
            sha256.update(octets, 0, length);
            sha256.digest(into, 0, into.length);
            return true;
        } catch (DigestException impossible) {
            throw new IllegalStateException("a hash of 32 bytes has room in 32 bytes", impossible);
        } finally {
            Arrays.fill(octets, 0, length, (byte) 0);
        }
    }
}
