package io.gatehouse.proxy.filter;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The certificate that a client showed in its handshake, verified against the listener's {@code trust}.
 *
 * @param subject distinguished name (RFC 2253)
 * @param dns DNS names among its subject alternative names
 * @param uri URIs among them, such as a SPIFFE id
 * @param mail mail addresses among them
 * @param fingerprint SHA-256 of the certificate, lower-case hexadecimal
 * @param serial serial number, lower-case hexadecimal
 */
public record ClientCertificate(
        String subject, List<String> dns, List<String> uri, List<String> mail, String fingerprint, String serial) {
    /** Kinds of subject alternative names (RFC 5280, 4.2.1.6). */
    private static final int MAIL = 1;

    private static final int DNS = 2;
    private static final int URI = 6;

    public ClientCertificate {
        dns = List.copyOf(dns);
        uri = List.copyOf(uri);
        mail = List.copyOf(mail);
    }

    /**
     * What a certificate says.
     *
     * @throws IllegalArgumentException where its names cannot be read
     */
    public static ClientCertificate of(X509Certificate certificate) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            return new ClientCertificate(
                    certificate.getSubjectX500Principal().getName(),
                    names(certificate, DNS),
                    names(certificate, URI),
                    names(certificate, MAIL),
                    HexFormat.of().formatHex(sha256.digest(certificate.getEncoded())),
                    certificate.getSerialNumber().toString(16));
        } catch (CertificateParsingException | CertificateEncodingException unreadable) {
            throw new IllegalArgumentException("the client's certificate cannot be read", unreadable);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private static List<String> names(X509Certificate certificate, int kind) throws CertificateParsingException {
        var names = new ArrayList<String>();
        var all = certificate.getSubjectAlternativeNames();
        if (all != null) {
            for (var name : all) {
                if (name.get(0) instanceof Integer given && given == kind && name.get(1) instanceof String text) {
                    names.add(text);
                }
            }
        }
        return names;
    }

    /** What policies read as {@code context.tls}. */
    public Map<String, Object> attributes() {
        return Map.of(
                "subject", subject,
                "dns", dns,
                "uri", uri,
                "mail", mail,
                "fingerprint", fingerprint,
                "serial", serial);
    }
}
