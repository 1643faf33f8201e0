package io.gatehouse.proxy.tls;

import io.gatehouse.proxy.tls.UpstreamTlsConfig.Verify;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** How the targets of one upstream are spoken to over TLS, read and ready. Immutable. */
public final class ClientTls {
    private final SslContext context;
    private final @Nullable String serverName;
    private final @Nullable Validity validity;

    private ClientTls(SslContext context, @Nullable String serverName, @Nullable Validity validity) {
        this.context = context;
        this.serverName = serverName;
        this.validity = validity;
    }

    /**
     * Reads the files.
     *
     * @param folder where relative paths begin
     * @param protocols offered by ALPN, the best first; empty for none
     * @throws UnusableTlsException where a file cannot be used; the message names it and holds nothing of it
     */
    public static ClientTls load(UpstreamTlsConfig config, Path folder, List<String> protocols) {
        var builder = SslContextBuilder.forClient()
                .sslProvider(TlsProvider.forClients())
                .protocols("TLSv1.3", "TLSv1.2")
                .ciphers(Suites.MODERN, SupportedCipherSuiteFilter.INSTANCE);
        try {
            if (config.verify() == Verify.NONE) {
                builder.trustManager(InsecureTrustManagerFactory.INSTANCE).endpointIdentificationAlgorithm(null);
            } else {
                builder.endpointIdentificationAlgorithm("HTTPS");
                var trust = config.trust();
                if (trust != null) {
                    builder.trustManager(UnusableTlsException.reading(
                            "trust", () -> KeyPairFiles.certificates(folder.resolve(trust))));
                }
            }
            var certificate = config.certificate();
            var key = config.key();
            Validity validity = null;
            if (certificate != null && key != null) {
                var pair = KeyPairFiles.read(folder.resolve(certificate), folder.resolve(key));
                builder.keyManager(pair.key(), pair.chain());
                validity = Validity.of(pair.chain());
            }
            if (!protocols.isEmpty()) {
                builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        protocols));
            }
            return new ClientTls(builder.build(), config.serverName(), validity);
        } catch (IllegalArgumentException unusable) {
            throw UnusableTlsException.of(unusable);
        } catch (SSLException unusable) {
            throw UnusableTlsException.of(new IllegalArgumentException("the settings cannot be used", unusable));
        }
    }

    /** How long the gateway's own certificate is good; {@code null} where it shows none. */
    public @Nullable Validity validity() {
        return validity;
    }

    /** What the files hold, in a form that changes when one of them does. */
    public static List<String> fingerprints(UpstreamTlsConfig config, Path folder) {
        return config.files().stream()
                .map(file -> TlsFiles.fingerprint(folder.resolve(file)))
                .toList();
    }

    /**
     * A handler for a connection to {@code host}, which asks for its name and verifies that the certificate is for it. Whoever opens the
     * connection limits how long that may take, together with what comes before it.
     */
    public SslHandler handler(ByteBufAllocator allocator, String host, int port) {
        var handler = context.newHandler(allocator, serverName == null ? host : serverName, port);
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }
}
