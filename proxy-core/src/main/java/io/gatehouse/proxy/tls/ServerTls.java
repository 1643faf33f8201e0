package io.gatehouse.proxy.tls;

import io.gatehouse.proxy.tls.TlsConfig.ClientCertificates;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.DomainWildcardMappingBuilder;
import io.netty.util.Mapping;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLException;

/** The certificates of one listener, read and ready, by the name that a client asks for (RFC 6066, 3). Immutable. */
public final class ServerTls {
    /** With forward secrecy and authenticated encryption, nothing else (RFC 9325, 4.2). */
    private static final List<String> SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private final Mapping<String, SslContext> byName;
    private final SslProvider provider;
    private final Map<String, Instant> ends;

    private ServerTls(Mapping<String, SslContext> byName, SslProvider provider, Map<String, Instant> ends) {
        this.byName = byName;
        this.provider = provider;
        this.ends = Map.copyOf(ends);
    }

    /**
     * Reads the files.
     *
     * @param folder where relative paths begin
     * @throws IllegalArgumentException where a file cannot be used; the message names it and holds nothing of it
     */
    public static ServerTls load(TlsConfig config, Path folder) {
        try {
            var pairs = new ArrayList<KeyPairFiles>();
            var ends = new HashMap<String, Instant>();
            for (var certificate : config.certificates()) {
                var pair =
                        KeyPairFiles.read(folder.resolve(certificate.certificate()), folder.resolve(certificate.key()));
                pairs.add(pair);
                ends.put(certificate.certificate(), pair.end());
            }
            var trust = config.trust();
            var authorities =
                    trust == null ? List.<X509Certificate>of() : KeyPairFiles.certificates(folder.resolve(trust));
            var provider = TlsProvider.thatWorks(pairs.getFirst());
            return new ServerTls(byName(config, pairs, authorities, provider), provider, ends);
        } catch (IllegalArgumentException unusable) {
            throw new IllegalArgumentException("TLS: " + unusable.getMessage(), unusable);
        }
    }

    private static Mapping<String, SslContext> byName(
            TlsConfig config, List<KeyPairFiles> pairs, List<X509Certificate> authorities, SslProvider provider) {
        var contexts = pairs.stream()
                .map(pair -> context(config, pair, authorities, provider))
                .toList();
        var mapping = new DomainWildcardMappingBuilder<>(contexts.getFirst());
        for (int i = pairs.size() - 1; i >= 0; i--) { // of two with one name the first counts
            var pair = pairs.get(i);
            var names = pair.names();
            if (i > 0 && names.isEmpty()) {
                throw new IllegalArgumentException("`" + pair.file() + "` is for no name, so no client would get it");
            }
            for (var name : names) {
                try {
                    mapping.add(name, contexts.get(i));
                } catch (IllegalArgumentException unusable) {
                    throw new IllegalArgumentException(
                            "`" + pair.file() + "` is for the name `" + name + "`, which is none", unusable);
                }
            }
        }
        return mapping.build();
    }

    private static SslContext context(
            TlsConfig config, KeyPairFiles pair, List<X509Certificate> authorities, SslProvider provider) {
        var builder = SslContextBuilder.forServer(pair.key(), pair.chain())
                .sslProvider(provider)
                .protocols(config.versions())
                .ciphers(SUITES, SupportedCipherSuiteFilter.INSTANCE);
        if (config.clientCertificates() != ClientCertificates.NONE) {
            builder.trustManager(authorities)
                    .clientAuth(
                            config.clientCertificates() == ClientCertificates.REQUIRED
                                    ? ClientAuth.REQUIRE
                                    : ClientAuth.OPTIONAL);
        }
        try {
            return builder.build();
        } catch (SSLException unusable) {
            throw new IllegalArgumentException("`" + pair.file() + "` cannot be used", unusable);
        }
    }

    /** The context for a name; the first certificate's where none fits. */
    public Mapping<String, SslContext> byName() {
        return byName;
    }

    /** When each certificate ends, or the first of what leads to its authority, by file as configured. */
    public Map<String, Instant> ends() {
        return ends;
    }

    /** Which engine is used: {@code openssl} (BoringSSL) or {@code jdk}. */
    public String provider() {
        return provider.name().toLowerCase(Locale.ROOT);
    }
}
