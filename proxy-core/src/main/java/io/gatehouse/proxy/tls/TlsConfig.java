package io.gatehouse.proxy.tls;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How one listener speaks TLS. Files are PEM; relative paths begin in the configuration's folder. */
public record TlsConfig(
        @Doc("several are chosen by the name that the client asks for; the first serves all others")
        List<Certificate> certificates,

        @Doc("TLSv1.3, and TLSv1.2 where it must be; empty for TLSv1.3 alone")
        List<String> versions,

        @Doc("whether clients show a certificate: none, optional, required") @Default("none")
        ClientCertificates clientCertificates,

        @Doc("authorities whose client certificates are good") @Nullable
        String trust) {
    private static final Set<String> KNOWN = Set.of("TLSv1.2", "TLSv1.3");

    public TlsConfig {
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("certificates: expected at least one");
        }
        for (var version : versions) {
            if (!KNOWN.contains(version)) {
                throw new IllegalArgumentException("versions: expected TLSv1.3 or TLSv1.2, got `" + version + "`");
            }
        }
        if ((clientCertificates == ClientCertificates.NONE) != (trust == null)) {
            throw new IllegalArgumentException(
                    trust == null
                            ? "trust: expected the authorities of `clientCertificates`"
                            : "trust: expected `clientCertificates: optional` or `required` with it");
        }
        versions = versions.isEmpty() ? List.of("TLSv1.3") : versions;
    }

    /** Every file that is named here. */
    public List<String> files() {
        var files = new ArrayList<String>();
        for (var certificate : certificates) {
            files.add(certificate.certificate());
            files.add(certificate.key());
        }
        if (trust != null) {
            files.add(trust);
        }
        return List.copyOf(files);
    }

    /** A certificate with what leads to its authority, and its key. */
    public record Certificate(
            @Doc("the certificate first, then what leads to its authority")
            String certificate,

            @Doc("the private key, PKCS#8, not encrypted") String key) {}

    /** Whether clients show a certificate. */
    public enum ClientCertificates {
        NONE,
        OPTIONAL,
        REQUIRED
    }
}
