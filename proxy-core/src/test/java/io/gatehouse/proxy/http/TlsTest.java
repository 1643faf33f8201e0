package io.gatehouse.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.proxy.tls.TlsConfig;
import io.gatehouse.proxy.tls.TlsConfig.Certificate;
import io.gatehouse.proxy.tls.TlsConfig.ClientCertificates;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS as clients of the JDK see it. */
class TlsTest {
    private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";

    @TempDir
    Path folder;

    private final TestOrigin origin = TestOrigin.start();
    private X509Bundle authority;

    @BeforeEach
    void makeAuthority() throws Exception {
        authority = builder("Test authority").setIsCertificateAuthority(true).buildSelfSigned();
    }

    @AfterEach
    void stop() {
        origin.close();
    }

    private static CertificateBuilder builder(String name) {
        return new CertificateBuilder()
                .algorithm(CertificateBuilder.Algorithm.ecp256)
                .subject("CN=" + name);
    }

    private X509Bundle issue(String name) throws Exception {
        return builder(name)
                .addExtensionOctetString(SUBJECT_ALTERNATIVE_NAME, false, dnsName(name))
                .buildIssuedBy(authority);
    }

    /** One name in DER; the builder itself takes no wildcards. */
    private static byte[] dnsName(String name) {
        var der = ByteBuffer.allocate(name.length() + 4);
        der.put((byte) 0x30).put((byte) (name.length() + 2)).put((byte) 0x82).put((byte) name.length());
        return der.put(name.getBytes(StandardCharsets.US_ASCII)).array();
    }

    private Certificate write(String file, X509Bundle bundle) throws IOException {
        var certificate = folder.resolve(file + ".pem");
        var key = folder.resolve(file + ".key");
        Files.writeString(certificate, bundle.getCertificatePathPEM());
        Files.writeString(key, bundle.getPrivateKeyPEM());
        return new Certificate(certificate.toString(), key.toString());
    }

    private static TlsConfig tls(Certificate... certificates) {
        return new TlsConfig(List.of(certificates), List.of(), ClientCertificates.NONE, null);
    }

    private TestPlane plane(TlsConfig tls) {
        return TestPlane.start(tls, TestPlane.to(TestPlane.upstream(origin.uri())));
    }

    private SSLContext client(@Nullable X509Bundle own) throws Exception {
        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", authority.getCertificate());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        if (own != null) {
            store.setKeyEntry("own", own.getKeyPair().getPrivate(), new char[0], own.getCertificatePath());
        }
        keys.init(store, new char[0]);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** What the server shows to a client that asks for {@code name}. */
    private String subject(TestPlane plane, String name) throws Exception {
        try (var socket = (SSLSocket) client(null).getSocketFactory().createSocket("127.0.0.1", plane.port())) {
            var parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
            return socket.getSession().getPeerPrincipal().getName();
        }
    }

    private static HttpResponse<String> get(SSLContext context, int port) throws Exception {
        try (var client = HttpClient.newBuilder()
                .sslContext(context)
                .version(HttpClient.Version.HTTP_1_1)
                .build()) {
            var request = HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/orders/1"))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        }
    }

    @Test
    void servesAndTellsTheTargetThatItWasHttps() throws Exception {
        origin.otherwise(Script.of(200, "text/plain", "here"));
        try (var plane = plane(tls(write("localhost", issue("localhost"))))) {
            var answer = get(client(null), plane.port());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("here");
            assertThat(origin.take().header("x-forwarded-proto")).isEqualTo("https");
        }
    }

    @Test
    void choosesTheCertificateByName() throws Exception {
        var first = write("first", issue("first.example"));
        var second = write("second", issue("*.second.example"));
        try (var plane = plane(tls(first, second))) {
            assertThat(subject(plane, "first.example")).isEqualTo("CN=first.example");
            assertThat(subject(plane, "a.second.example")).isEqualTo("CN=*.second.example");
            assertThat(subject(plane, "nobody.example")).isEqualTo("CN=first.example");
        }
    }

    @Test
    void readsNewCertificatesForNewConnections() throws Exception {
        var certificate = write("site", issue("old.example"));
        try (var plane = plane(tls(certificate))) {
            assertThat(subject(plane, "any.example")).isEqualTo("CN=old.example");
            write("site", issue("new.example"));
            plane.prepare(plane.listener()).apply();
            assertThat(subject(plane, "any.example")).isEqualTo("CN=new.example");
            Files.writeString(Path.of(certificate.key()), "no key");
            assertThatThrownBy(() -> plane.prepare(plane.listener()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("listener `test`: TLS: ")
                    .hasMessageContaining("unencrypted PKCS#8 key");
            Files.writeString(Path.of(certificate.key()), issue("other.example").getPrivateKeyPEM());
            assertThatThrownBy(() -> plane.prepare(plane.listener()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("site.key` is not the key of `");
            assertThat(subject(plane, "any.example")).isEqualTo("CN=new.example");
        }
    }

    @Test
    void demandsACertificateOfAnAuthorityThatItTrusts() throws Exception {
        Files.writeString(folder.resolve("clients.pem"), authority.getCertificatePEM());
        var server = write("localhost", issue("localhost"));
        var config = new TlsConfig(
                List.of(server),
                List.of(),
                ClientCertificates.REQUIRED,
                folder.resolve("clients.pem").toString());
        var stranger = builder("stranger").setIsCertificateAuthority(true).buildSelfSigned();
        origin.otherwise(Script.of(200, "text/plain", "for known clients"));
        try (var plane = plane(config)) {
            assertThat(get(client(issue("client-a")), plane.port()).statusCode())
                    .isEqualTo(200);
            assertThatThrownBy(() -> get(client(null), plane.port())).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> get(client(stranger), plane.port())).isInstanceOf(IOException.class);
            assertThat(origin.requests()).hasSize(1);
        }
    }

    @Test
    void refusesOldVersions() throws Exception {
        try (var plane = plane(tls(write("localhost", issue("localhost"))));
                var socket = (SSLSocket) client(null).getSocketFactory().createSocket("127.0.0.1", plane.port())) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void offersTls12WithModernSuitesOnly() throws Exception {
        var config = new TlsConfig(
                List.of(write("localhost", issue("localhost"))),
                List.of("TLSv1.3", "TLSv1.2"),
                ClientCertificates.NONE,
                null);
        try (var plane = plane(config);
                var modern = (SSLSocket) client(null).getSocketFactory().createSocket("127.0.0.1", plane.port());
                var old = (SSLSocket) client(null).getSocketFactory().createSocket("127.0.0.1", plane.port())) {
            modern.setEnabledProtocols(new String[] {"TLSv1.2"});
            modern.startHandshake();
            assertThat(modern.getSession().getCipherSuite()).contains("ECDHE").contains("GCM");
            old.setEnabledProtocols(new String[] {"TLSv1.2"});
            old.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"});
            assertThatThrownBy(old::startHandshake).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void refusesAFurtherCertificateThatNoClientWouldGet() throws Exception {
        var first = write("first", issue("first.example"));
        var nameless = write("nameless", builder("nameless").buildIssuedBy(authority));
        assertThatThrownBy(() -> plane(tls(first, nameless)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is for no name");
    }

    @Test
    void endsAConnectionThatDoesNotShakeHands() throws Exception {
        try (var plane = plane(tls(write("localhost", issue("localhost"))));
                var silent = plane.client();
                var plain = plane.client()) {
            plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(plain.awaitClose()).isTrue();
            assertThat(silent.awaitClose()).isTrue();
            assertThat(origin.requests()).isEmpty();
        }
    }

    @Test
    void namesTheFileThatCannotBeRead() throws Exception {
        var good = write("site", issue("localhost"));
        var missing = folder.resolve("missing.pem").toString();
        assertThatThrownBy(() -> plane(tls(new Certificate(missing, good.key()))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("`" + missing + "` cannot be read");
    }
}
