package io.gatehouse.proxy.tls;

import io.gatehouse.proxy.tls.TlsConfig.ClientCertificates;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.DomainWildcardMappingBuilder;
import io.netty.util.Mapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificates of one listener, read and ready, by the name that a client asks for (RFC 6066, 3). Immutable. */
public final class ServerTls {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);
    private static final int DNS_NAME = 2;

    private final Mapping<String, SslContext> byName;
    private final SslProvider provider;

    private ServerTls(Mapping<String, SslContext> byName, SslProvider provider) {
        this.byName = byName;
        this.provider = provider;
    }

    /**
     * Reads the files.
     *
     * @param folder where relative paths begin
     * @throws IllegalArgumentException where a file cannot be used; the message names it and holds nothing of it
     */
    public static ServerTls load(TlsConfig config, Path folder) {
        var preferred = TlsProvider.preferred();
        try {
            return load(config, folder, preferred);
        } catch (SSLException failed) {
            if (preferred == SslProvider.JDK) {
                throw new IllegalArgumentException("tls: no handshake succeeds: " + failed.getMessage(), failed);
            }
            LOG.warn("BoringSSL is there and does not work, the JDK's TLS is used: {}", failed.getMessage());
        }
        try {
            return load(config, folder, SslProvider.JDK);
        } catch (SSLException failed) {
            throw new IllegalArgumentException("tls: no handshake succeeds: " + failed.getMessage(), failed);
        }
    }

    private static ServerTls load(TlsConfig config, Path folder, SslProvider provider) throws SSLException {
        var contexts = new ArrayList<SslContext>();
        for (var certificate : config.certificates()) {
            contexts.add(context(config, certificate, folder, provider));
        }
        boolean clients = config.clientCertificates() != ClientCertificates.NONE;
        TlsProvider.prove(contexts.getFirst(), provider, clients);
        var names = new DomainWildcardMappingBuilder<>(contexts.getFirst());
        for (int i = contexts.size() - 1; i >= 0; i--) { // of two with one name the first counts
            var file = folder.resolve(config.certificates().get(i).certificate());
            for (var name : names(file)) {
                names.add(name, contexts.get(i));
            }
        }
        return new ServerTls(names.build(), provider);
    }

    private static SslContext context(
            TlsConfig config, TlsConfig.Certificate certificate, Path folder, SslProvider provider)
            throws SSLException {
        var chain = folder.resolve(certificate.certificate());
        var key = folder.resolve(certificate.key());
        for (var file : List.of(chain, key)) {
            if (!Files.isReadable(file)) {
                throw new IllegalArgumentException("tls: `" + file + "` cannot be read");
            }
        }
        SslContextBuilder builder;
        try {
            builder = SslContextBuilder.forServer(chain.toFile(), key.toFile());
        } catch (IllegalArgumentException unusable) {
            throw new IllegalArgumentException(
                    "tls: `" + chain + "` and `" + key + "` are not a certificate and its unencrypted PKCS#8 key",
                    unusable);
        }
        builder.sslProvider(provider).protocols(config.versions());
        var trust = config.trust();
        if (trust != null) {
            var file = folder.resolve(trust);
            if (!Files.isReadable(file)) {
                throw new IllegalArgumentException("tls: `" + file + "` cannot be read");
            }
            try {
                builder.trustManager(file.toFile());
            } catch (IllegalArgumentException unusable) {
                throw new IllegalArgumentException("tls: `" + file + "` holds no certificates", unusable);
            }
            builder.clientAuth(
                    config.clientCertificates() == ClientCertificates.REQUIRED
                            ? ClientAuth.REQUIRE
                            : ClientAuth.OPTIONAL);
        }
        return builder.build();
    }

    /** The names that a certificate is for; the common name counts for nothing (RFC 9110, 4.3.4). */
    private static List<String> names(Path file) {
        try (var in = Files.newInputStream(file)) {
            var certificate =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            var alternatives = certificate.getSubjectAlternativeNames();
            return alternatives == null
                    ? List.of()
                    : alternatives.stream()
                            .filter(name -> name.getFirst().equals(DNS_NAME))
                            .map(name -> ((String) name.get(1)).toLowerCase(Locale.ROOT))
                            .toList();
        } catch (CertificateParsingException unreadable) {
            throw new IllegalArgumentException("tls: `" + file + "` has names that cannot be read", unreadable);
        } catch (IOException | GeneralSecurityException unreadable) {
            throw new IllegalArgumentException("tls: `" + file + "` is no certificate", unreadable);
        }
    }

    /** The context for a name; the first certificate's where none fits. */
    public Mapping<String, SslContext> byName() {
        return byName;
    }

    /** Which engine is used: {@code openssl} (BoringSSL) or {@code jdk}. */
    public String provider() {
        return provider.name().toLowerCase(Locale.ROOT);
    }
}
