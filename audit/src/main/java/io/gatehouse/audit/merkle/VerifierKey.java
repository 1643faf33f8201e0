package io.gatehouse.audit.merkle;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * An Ed25519 public key with the name of its log, written as Go's {@code note} package and the C2SP tools do:
 * {@code NAME+KEYID+BASE64(0x01 || key)}.
 */
public final class VerifierKey {
    static final byte ED25519 = 1;
    static final int KEY_BYTES = 32;

    private static final Pattern FORM = Pattern.compile("([^\\s+]+)\\+([0-9a-f]{8})\\+([A-Za-z0-9+/]+=*)");
    private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private final String name;
    private final byte[] raw;
    private final byte[] id;
    private final PublicKey key;

    VerifierKey(String name, byte[] raw) {
        this.name = name;
        this.raw = raw.clone();
        this.id = keyId(name, raw);
        this.key = publicKey(raw);
    }

    /** Reads the text form, or throws {@link IllegalArgumentException}. */
    public static VerifierKey parse(String text) {
        var matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("key: expected NAME+KEYID+BASE64, got `" + text.strip() + "`");
        }
        byte[] typed = StrictBase64.decode(matcher.group(3));
        if (typed.length != KEY_BYTES + 1 || typed[0] != ED25519) {
            throw new IllegalArgumentException("key: expected an Ed25519 key, got `" + text.strip() + "`");
        }
        var parsed = new VerifierKey(matcher.group(1), Arrays.copyOfRange(typed, 1, typed.length));
        if (!parsed.keyId().equals(matcher.group(2))) {
            throw new IllegalArgumentException(
                    "key: expected key id `" + parsed.keyId() + "`, got `" + matcher.group(2) + "`");
        }
        return parsed;
    }

    /** The log's name: the origin line of its checkpoints. */
    public String name() {
        return name;
    }

    /** Eight lower-case hexadecimal digits. */
    public String keyId() {
        return HexFormat.of().formatHex(id);
    }

    byte[] idBytes() {
        return id.clone();
    }

    boolean verifies(byte[] message, byte[] signature) {
        try {
            var verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // a signature of the wrong length or form
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerifierKey that && name.equals(that.name) && Arrays.equals(raw, that.raw);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(raw);
    }

    @Override
    public String toString() {
        byte[] typed = new byte[raw.length + 1];
        typed[0] = ED25519;
        System.arraycopy(raw, 0, typed, 1, raw.length);
        return name + "+" + keyId() + "+" + StrictBase64.encode(typed);
    }

    private static byte[] keyId(String name, byte[] raw) {
        var sha = MerkleHash.sha256();
        sha.update(name.getBytes(StandardCharsets.UTF_8));
        sha.update((byte) '\n');
        sha.update(ED25519);
        sha.update(raw);
        return Arrays.copyOf(sha.digest(), 4);
    }

    private static PublicKey publicKey(byte[] raw) {
        byte[] encoded = Arrays.copyOf(X509_PREFIX, X509_PREFIX.length + raw.length);
        System.arraycopy(raw, 0, encoded, X509_PREFIX.length, raw.length);
        try {
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("key: expected a point of Ed25519", e);
        }
    }
}
