package io.gatehouse.proxy.tls;

import io.gatehouse.proxy.Protocol;
import io.gatehouse.proxy.tls.TlsConfig.ClientCertificates;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.DomainWildcardMappingBuilder;
import io.netty.util.Mapping;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLException;

/** The certificates of one listener, read and ready, by the name that a client asks for (RFC 6066, 3). Immutable. */
public final class ServerTls {
    private final Mapping<String, SslContext> byName;
    private final SslProvider provider;
    private final Map<String, Validity> validity;

    private final Admission admission;

    /** Whom a listener lets in, and how. */
    private record Admission(
            List<String> versions, ClientCertificates certificates, List<X509Certificate> authorities) {}

    private ServerTls(
            Mapping<String, SslContext> byName,
            SslProvider provider,
            Map<String, Validity> validity,
            Admission admission) {
        this.byName = byName;
        this.provider = provider;
        this.admission = admission;
        this.validity = Map.copyOf(validity);
    }

    /**
     * Reads the files.
     *
     * @param folder where relative paths begin
     * @param protocols what clients may choose from (ALPN)
     * @throws UnusableTlsException where a file cannot be used; the message names it and holds nothing of it
     */
    public static ServerTls load(TlsConfig config, Path folder, Set<Protocol> protocols) {
        try {
            var pairs = new ArrayList<KeyPairFiles>();
            var validity = new HashMap<String, Validity>();
            for (var certificate : config.certificates()) {
                var pair = UnusableTlsException.reading(
                        "certificates[" + pairs.size() + "]",
                        () -> KeyPairFiles.read(
                                folder.resolve(certificate.certificate()), folder.resolve(certificate.key())));
                pairs.add(pair);
                validity.put(certificate.certificate(), Validity.of(pair.chain()));
            }
            var trust = config.trust();
            var authorities = trust == null
                    ? List.<X509Certificate>of()
                    : UnusableTlsException.reading("trust", () -> KeyPairFiles.certificates(folder.resolve(trust)));
            var provider = TlsProvider.thatWorks(pairs.getFirst());
            return new ServerTls(
                    byName(pairs, new Terms(config, authorities, provider, alpn(protocols))),
                    provider,
                    validity,
                    new Admission(config.versions(), config.clientCertificates(), authorities));
        } catch (IllegalArgumentException unusable) {
            throw UnusableTlsException.of(unusable);
        }
    }

    /** What all certificates of a listener are offered with. */
    private record Terms(
            TlsConfig config,
            List<X509Certificate> authorities,
            SslProvider provider,
            ApplicationProtocolConfig protocols) {}

    /** HTTP/2 first; a client that names none of these goes on without, and is taken for one of HTTP/1.1. */
    private static ApplicationProtocolConfig alpn(Set<Protocol> protocols) {
        return new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                protocols.stream()
                        .sorted(Comparator.reverseOrder())
                        .map(Protocol::alpnName)
                        .toList());
    }

    private static Mapping<String, SslContext> byName(List<KeyPairFiles> pairs, Terms terms) {
        var contexts = pairs.stream().map(pair -> context(pair, terms)).toList();
        var mapping = new DomainWildcardMappingBuilder<>(contexts.getFirst());
        for (int i = pairs.size() - 1; i >= 0; i--) { // of two with one name the first counts
            var pair = pairs.get(i);
            var context = contexts.get(i);
            boolean first = i == 0;
            UnusableTlsException.reading(
                    "certificates[" + i + "].certificate", () -> withNames(mapping, pair, context, first));
        }
        return mapping.build();
    }

    /** Adds a certificate by its names, which all but the {@code first} must have. */
    private static DomainWildcardMappingBuilder<SslContext> withNames(
            DomainWildcardMappingBuilder<SslContext> mapping, KeyPairFiles pair, SslContext context, boolean first) {
        var names = pair.names();
        if (!first && names.isEmpty()) {
            throw new IllegalArgumentException("`" + pair.file() + "` is for no name, so no client would get it");
        }
        for (var name : names) {
            try {
                mapping.add(name, context);
            } catch (IllegalArgumentException unusable) {
                throw new IllegalArgumentException(
                        "`" + pair.file() + "` is for the name `" + name + "`, which is none", unusable);
            }
        }
        return mapping;
    }

    private static SslContext context(KeyPairFiles pair, Terms terms) {
        var config = terms.config();
        var builder = SslContextBuilder.forServer(pair.key(), pair.chain())
                .sslProvider(terms.provider())
                .protocols(config.versions())
                .ciphers(Suites.MODERN, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(terms.protocols());
        if (config.clientCertificates() != ClientCertificates.NONE) {
            builder.trustManager(terms.authorities())
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

    /** Whether clients are let in as by {@code other}, whatever certificates they are shown. */
    public boolean admitsAs(ServerTls other) {
        return admission.equals(other.admission);
    }

    /** How long each certificate is good, by file as configured. */
    public Map<String, Validity> validity() {
        return validity;
    }

    /** Which engine is used: {@code openssl} (BoringSSL) or {@code jdk}. */
    public String provider() {
        return provider.name().toLowerCase(Locale.ROOT);
    }
}
