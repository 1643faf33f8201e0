package io.gatehouse.proxy.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.List;

/** A certificate made on the spot, for an engine to shake hands with itself; nobody trusts it. In DER by hand (RFC 5280, 4.1). */
final class SelfSigned {
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final byte[] ECDSA_WITH_SHA256 =
            der(SEQUENCE, der(0x06, new byte[] {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02}));
    private static final byte[] NAME = der(
            SEQUENCE,
            der(
                    SET,
                    der(
                            SEQUENCE,
                            der(0x06, new byte[] {0x55, 0x04, 0x03}),
                            der(0x0c, "proof".getBytes(StandardCharsets.US_ASCII)))));

    private SelfSigned() {}

    /** A pair that lives as long as it is used. */
    static KeyPairFiles pair() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            var keys = generator.generateKeyPair();
            var validity = der(SEQUENCE, time("20000101000000Z"), time("21000101000000Z"));
            var body = der(
                    SEQUENCE,
                    der(0x02, BigInteger.ONE.toByteArray()),
                    ECDSA_WITH_SHA256,
                    NAME,
                    validity,
                    NAME,
                    keys.getPublic().getEncoded());
            var signing = Signature.getInstance("SHA256withECDSA");
            signing.initSign(keys.getPrivate());
            signing.update(body);
            var whole = der(SEQUENCE, body, ECDSA_WITH_SHA256, der(0x03, new byte[] {0}, signing.sign()));
            var certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(whole));
            return new KeyPairFiles(Path.of("proof"), List.of(certificate), keys.getPrivate());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("the JDK makes no certificate", impossible);
        }
    }

    private static byte[] time(String text) {
        return der(0x18, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] der(int tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (var part : parts) {
            content.writeBytes(part);
        }
        var whole = new ByteArrayOutputStream();
        whole.write(tag);
        int length = content.size();
        if (length > 0xff) {
            whole.writeBytes(new byte[] {(byte) 0x82, (byte) (length >> 8)});
        } else if (length > 0x7f) {
            whole.write(0x81);
        }
        whole.write(length);
        whole.writeBytes(content.toByteArray());
        return whole.toByteArray();
    }
}
