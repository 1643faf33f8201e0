package io.gatehouse.proxy.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** A certificate with what leads to its authority, and the key that it was made for. Errors name files and hold nothing of them. */
record KeyPairFiles(Path file, List<X509Certificate> chain, PrivateKey key) {
    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    /** As OpenSSL writes keys for one algorithm alone (SEC 1 for EC, PKCS#1 for RSA), or locked with a password. */
    private static final Pattern OTHER_KEY = Pattern.compile("BEGIN (?:EC|RSA|ENCRYPTED) PRIVATE KEY");

    private static final int DNS_NAME = 2;

    /**
     * Reads both files.
     *
     * @throws UnusableTlsException where one cannot be read, or they do not belong together
     */
    static KeyPairFiles read(Path certificate, Path key) {
        var chain = UnusableTlsException.reading("certificate", () -> certificates(certificate));
        return UnusableTlsException.reading("key", () -> {
            var algorithm = chain.getFirst().getPublicKey().getAlgorithm();
            var pair = new KeyPairFiles(certificate, chain, key(key, algorithm));
            pair.requireOneKey(key);
            return pair;
        });
    }

    /** Every certificate of a file. */
    static List<X509Certificate> certificates(Path file) {
        try (var in = Files.newInputStream(file)) {
            var found = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(certificate -> (X509Certificate) certificate)
                    .toList();
            if (found.isEmpty()) {
                throw new IllegalArgumentException("`" + file + "` holds no certificate");
            }
            return found;
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("`" + file + "` cannot be read", unreadable);
        } catch (GeneralSecurityException malformed) {
            throw new IllegalArgumentException("`" + file + "` holds no certificate in PEM", malformed);
        }
    }

    private static PrivateKey key(Path file, String algorithm) {
        try {
            var text = Files.readString(file, StandardCharsets.US_ASCII);
            var pem = PKCS8.matcher(text);
            if (!pem.find()) {
                throw new IllegalArgumentException(
                        "`" + file + "` holds no unencrypted PKCS#8 key in PEM" + way(text, file));
            }
            var bytes = Base64.getMimeDecoder().decode(pem.group(1));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("`" + file + "` cannot be read", unreadable);
        } catch (GeneralSecurityException malformed) {
            // the cause could show parts of the key
            throw new IllegalArgumentException("`" + file + "` holds no key of the kind of its certificate");
        }
    }

    /** What would make the key that is meant of what there is. */
    private static String way(String text, Path file) {
        var other = OTHER_KEY.matcher(text);
        return other.find()
                ? " but `" + other.group() + "`: `openssl pkcs8 -topk8 -nocrypt -in " + file + " -out " + file
                        + ".pkcs8` makes one of it"
                : "";
    }

    /** What the key signs, the certificate must verify. */
    private void requireOneKey(Path keyFile) {
        boolean same;
        try {
            var algorithm = switch (key.getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "EC" -> "SHA256withECDSA";
                default -> key.getAlgorithm();
            };
            var probe = file.toString().getBytes(StandardCharsets.UTF_8);
            var signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(probe);
            var signature = signing.sign();
            var verifying = Signature.getInstance(algorithm);
            verifying.initVerify(chain.getFirst());
            verifying.update(probe);
            same = verifying.verify(signature);
        } catch (GeneralSecurityException unusable) {
            same = false;
        }
        if (!same) {
            throw new IllegalArgumentException("`" + keyFile + "` is not the key of `" + file + "`");
        }
    }

    /** The names that the certificate is for; the common name counts for nothing (RFC 9110, 4.3.4). */
    List<String> names() {
        try {
            var alternatives = chain.getFirst().getSubjectAlternativeNames();
            return alternatives == null
                    ? List.of()
                    : alternatives.stream()
                            .filter(name -> name.getFirst().equals(DNS_NAME))
                            .map(name -> ((String) name.get(1)).toLowerCase(Locale.ROOT))
                            .toList();
        } catch (CertificateParsingException malformed) {
            throw new IllegalArgumentException("`" + file + "` has names that cannot be read", malformed);
        }
    }
}
