package io.gatehouse.audit.merkle;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A log's private key. Its text form is two lines, {@code PRIVATE+KEY+NAME+KEYID+BASE64(0x01 || seed)} as Go's {@code note}
 * package writes it, and the {@link VerifierKey}.
 */
public final class SigningKey {
    private static final String PREFIX = "PRIVATE+KEY+";

    private final VerifierKey verifier;
    private final PrivateKey key;

    private SigningKey(VerifierKey verifier, PrivateKey key) {
        this.verifier = verifier;
        this.key = key;
    }

    /** A new key; the log's name is {@code prefix}, a slash, and 12 hexadecimal digits of the key's SHA-256. */
    public static SigningKey generate(String prefix) {
        try {
            var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] encoded = pair.getPublic().getEncoded();
            byte[] raw = Arrays.copyOfRange(encoded, encoded.length - VerifierKey.KEY_BYTES, encoded.length);
            String print = HexFormat.of().formatHex(MerkleHash.sha256().digest(raw), 0, 6);
            return new SigningKey(new VerifierKey(prefix + "/" + print, raw), pair.getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no Ed25519", e);
        }
    }

    /** Reads the text form, or throws {@link IllegalArgumentException}, which never shows the key. */
    public static SigningKey parse(String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length != 3 || !lines[2].isEmpty() || !lines[0].startsWith(PREFIX)) {
            throw new IllegalArgumentException("key: expected a signing key of two lines");
        }
        var verifier = VerifierKey.parse(lines[1]);
        String head = PREFIX + verifier.name() + "+" + verifier.keyId() + "+";
        if (!lines[0].startsWith(head)) {
            throw new IllegalArgumentException("key: expected the private key of `" + verifier.name() + "`");
        }
        var key = new SigningKey(verifier, privateKey(lines[0].substring(head.length())));
        byte[] probe = "probe".getBytes(StandardCharsets.UTF_8);
        if (!verifier.verifies(probe, key.signature(probe))) {
            throw new IllegalArgumentException("key: expected the private key that belongs to `" + verifier + "`");
        }
        return key;
    }

    private static PrivateKey privateKey(String base64) {
        try {
            byte[] typed = StrictBase64.decode(base64);
            if (typed.length != VerifierKey.KEY_BYTES + 1 || typed[0] != VerifierKey.ED25519) {
                throw new IllegalArgumentException("key: expected an Ed25519 seed");
            }
            byte[] seed = Arrays.copyOfRange(typed, 1, typed.length);
            return KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            throw new IllegalArgumentException("key: expected an Ed25519 seed in base 64");
        }
    }

    public VerifierKey verifier() {
        return verifier;
    }

    /** The text form, secret. */
    public String export() {
        byte[] seed = ((EdECPrivateKey) key).getBytes().orElseThrow();
        byte[] typed = new byte[seed.length + 1];
        typed[0] = VerifierKey.ED25519;
        System.arraycopy(seed, 0, typed, 1, seed.length);
        return PREFIX + verifier.name() + "+" + verifier.keyId() + "+" + StrictBase64.encode(typed) + "\n" + verifier
                + "\n";
    }

    @Override
    public String toString() {
        return "***";
    }

    byte[] signature(byte[] message) {
        try {
            var signer = Signature.getInstance("Ed25519");
            signer.initSign(key);
            signer.update(message);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign with Ed25519", e);
        }
    }
}
