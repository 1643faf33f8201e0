package io.gatehouse.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.Protocol;
import io.gatehouse.proxy.filter.ClientCertificate;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.http.message.WebSocketHandshake;
import io.gatehouse.proxy.http.transport.Transport;
import io.gatehouse.proxy.tls.ServerTls;
import io.gatehouse.proxy.tls.TlsConfig;
import io.gatehouse.proxy.tls.TlsConfig.Certificate;
import io.gatehouse.proxy.tls.TlsConfig.ClientCertificates;
import io.gatehouse.proxy.tls.UnusableTlsException;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    void agreesOnHttp2WithClientsThatKnowIt() throws Exception {
        origin.otherwise(
                (request, wire) -> Script.of(200, "text/plain", request.path()).answer(request, wire));
        try (var plane = plane(tls(write("localhost", issue("localhost"))));
                var client = HttpClient.newBuilder().sslContext(client(null)).build()) {
            var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
            for (int i = 0; i < 50; i++) {
                var uri = URI.create("https://localhost:" + plane.port() + "/" + i);
                answers.add(client.sendAsync(
                        HttpRequest.newBuilder(uri)
                                .POST(HttpRequest.BodyPublishers.ofString("x".repeat(100_000)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)));
            }
            for (int i = 0; i < answers.size(); i++) {
                var answer = answers.get(i).get(10, TimeUnit.SECONDS);
                assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
                assertThat(answer.body()).isEqualTo("/" + i);
            }
            assertThat(origin.requests()).allMatch(seen -> seen.body().length == 100_000);
            assertThat(origin.take().header("x-forwarded-proto")).isEqualTo("https");
        }
    }

    private @Nullable String agreed(TestPlane plane, String... offered) throws Exception {
        try (var socket = (SSLSocket) client(null).getSocketFactory().createSocket("127.0.0.1", plane.port())) {
            var parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(offered);
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            if (socket.getApplicationProtocol().isEmpty()) {
                // nothing agreed: HTTP/1.1, or the end
                socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                return socket.getInputStream().read() < 0 ? null : "";
            }
            return socket.getApplicationProtocol();
        }
    }

    @Test
    void agreesOnlyOnWhatTheListenerSpeaks() throws Exception {
        var config = tls(write("localhost", issue("localhost")));
        var snapshot = TestPlane.to(TestPlane.upstream(origin.uri()));
        try (var both = plane(config);
                var old = TestPlane.speaking(Protocol.HTTP1, config, snapshot);
                var modern = TestPlane.speaking(Protocol.HTTP2, config, snapshot)) {
            assertThat(agreed(both, "http/1.1", "h2")).isEqualTo("h2");
            assertThat(agreed(both, "http/1.1")).isEqualTo("http/1.1");
            assertThat(agreed(both)).isEmpty();
            assertThat(agreed(old, "h2", "http/1.1")).isEqualTo("http/1.1");
            assertThat(agreed(old, "h2")).isEmpty();
            assertThat(agreed(modern, "h2", "http/1.1")).isEqualTo("h2");
            assertThat(agreed(modern, "http/1.1")).isNull();
            assertThat(agreed(modern)).isNull();
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

    private static void exchange(SSLSocket socket) throws IOException {
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        var in = socket.getInputStream();
        var seen = new StringBuilder();
        while (seen.indexOf("over") < 0) {
            int next = in.read();
            assertThat(next).isNotNegative();
            seen.append((char) next);
        }
        assertThat(seen).startsWith("HTTP/1.1 200");
    }

    @Test
    void whoCameBeforeCertificatesWereDemandedMustShowOneToo() throws Exception {
        Files.writeString(folder.resolve("clients.pem"), authority.getCertificatePEM());
        var server = write("localhost", issue("localhost"));
        var trust = folder.resolve("clients.pem").toString();
        origin.otherwise(Script.of(200, "text/plain", "over"));
        try (var plane = plane(tls(server));
                var socket = (SSLSocket) client(null).getSocketFactory().createSocket("127.0.0.1", plane.port())) {
            socket.setSoTimeout(5_000);
            exchange(socket);
            write("localhost", issue("localhost"));
            plane.prepare(plane.listener()).apply();
            exchange(socket); // a renewed certificate ends nothing

            var stricter = new TlsConfig(List.of(server), List.of(), ClientCertificates.REQUIRED, trust);
            plane.prepare(TestPlane.listener(
                            "test", "127.0.0.1:0", stricter, plane.listener().limits()))
                    .apply();
            assertThat(socket.getInputStream().read()).isNegative();
            assertThat(get(client(issue("client-a")), plane.port()).statusCode())
                    .isEqualTo(200);
            assertThatThrownBy(() -> get(client(null), plane.port())).isInstanceOf(IOException.class);
        }
    }

    @Test
    void anAuthorityThatIsTrustedNoMoreLetsNobodyGoOn() throws Exception {
        var trust = folder.resolve("clients.pem");
        Files.writeString(trust, authority.getCertificatePEM());
        var config = new TlsConfig(
                List.of(write("localhost", issue("localhost"))),
                List.of(),
                ClientCertificates.REQUIRED,
                trust.toString());
        origin.otherwise(Script.of(200, "text/plain", "over"));
        try (var plane = plane(config);
                var socket = (SSLSocket)
                        client(issue("client-a")).getSocketFactory().createSocket("127.0.0.1", plane.port())) {
            socket.setSoTimeout(5_000);
            exchange(socket);
            Files.writeString(
                    trust,
                    builder("other")
                            .setIsCertificateAuthority(true)
                            .buildSelfSigned()
                            .getCertificatePEM());
            plane.prepare(plane.listener()).apply();
            assertThat(socket.getInputStream().read()).isNegative();
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
    void whoIsSilentInsteadOfShakingHandsHoldsUpNoStop() throws Exception {
        var tls = tls(write("localhost", issue("localhost")));
        try (var plane = TestPlane.on(Transport.Kind.NIO, tls, TestPlane.to(TestPlane.upstream(origin.uri())));
                var silent = plane.client()) {
            await().until(() ->
                    plane.meters.get("gatehouse.connections").gauge().value() == 1);
            assertThat(plane.plane().drain(Duration.ofSeconds(5))).isTrue();
            assertThat(silent.awaitClose()).isTrue();
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

    /** What is said of the settings, and which of them. */
    private String refusal(TlsConfig config) {
        var refused = catchThrowableOfType(
                UnusableTlsException.class, () -> ServerTls.load(config, folder, Set.of(Protocol.HTTP1)));
        return refused.setting() + ": " + refused.getMessage();
    }

    @Test
    void saysWhichSettingNamesTheFileThatCannotBeUsed() throws Exception {
        var good = write("good", issue("good.example"));
        var bad = write("bad", issue("bad.example"));
        Files.writeString(Path.of(bad.key()), "no key");
        var nameless = write("nameless", builder("nameless").buildIssuedBy(authority));
        var trust = folder.resolve("nobody.pem").toString();

        assertThat(refusal(tls(good, bad)))
                .isEqualTo("certificates[1].key: TLS: `" + bad.key() + "` holds no unencrypted PKCS#8 key in PEM");
        assertThat(refusal(tls(new Certificate(good.key(), good.key()))))
                .startsWith("certificates[0].certificate: TLS: `" + good.key() + "` holds no certificate");
        assertThat(refusal(tls(good, nameless)))
                .startsWith("certificates[1].certificate: TLS: ")
                .endsWith("is for no name, so no client would get it");
        assertThat(refusal(new TlsConfig(List.of(good), List.of(), ClientCertificates.REQUIRED, trust)))
                .isEqualTo("trust: TLS: `" + trust + "` cannot be read");
    }

    /** SEC 1, as {@code openssl ecparam -genkey} writes it, and PKCS#1 for RSA: what certificates often come with. */
    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "ENCRYPTED"})
    void saysHowToMakeTheKeyThatIsExpected(String kind) throws Exception {
        var site = write("site", issue("site.example"));
        Files.writeString(
                Path.of(site.key()),
                "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                        + "-----BEGIN %1$s PRIVATE KEY-----\nAAAA\n-----END %1$s PRIVATE KEY-----\n".formatted(kind));

        assertThat(refusal(tls(site)))
                .contains("`BEGIN " + kind + " PRIVATE KEY`")
                .contains("`openssl pkcs8 -topk8 -nocrypt -in " + site.key() + " -out " + site.key() + ".pkcs8`")
                .doesNotContain("AAAA");
    }

    @Test
    void tellsWhoShowedACertificate() throws Exception {
        Files.writeString(folder.resolve("clients.pem"), authority.getCertificatePEM());
        var config = new TlsConfig(
                List.of(write("localhost", issue("localhost"))),
                List.of(),
                ClientCertificates.OPTIONAL,
                folder.resolve("clients.pem").toString());
        var known = builder("robot 7,O=Example")
                .addSanDnsName("robot.example")
                .addSanUriName("spiffe://example/robot")
                .addSanRfc822Name("robot@example")
                .buildIssuedBy(authority);
        var seen = new CopyOnWriteArrayList<@Nullable Object>();
        var snapshot = TestPlane.guarded(TestPlane.upstream(origin.uri()), null, exchange -> {
            seen.add(exchange.clientCertificate());
            seen.add(exchange.context().get("tls"));
            seen.add(exchange.context().get("scheme"));
            return Verdict.NEXT;
        });
        try (var plane = TestPlane.start(config, snapshot)) {
            assertThat(get(client(null), plane.port()).statusCode()).isEqualTo(200);
            assertThat(get(client(known), plane.port()).statusCode()).isEqualTo(200);
        }
        var shown = ClientCertificate.of(known.getCertificate());
        assertThat(seen).containsExactly(null, null, "https", shown, shown.attributes(), "https");
        assertThat(shown.subject()).isEqualTo("CN=robot 7,O=Example");
        assertThat(shown.dns()).containsExactly("robot.example");
        assertThat(shown.uri()).containsExactly("spiffe://example/robot");
        assertThat(shown.mail()).containsExactly("robot@example");
        assertThat(shown.serial())
                .isEqualTo(known.getCertificate().getSerialNumber().toString(16));
        assertThat(shown.fingerprint()).hasSize(64).isLowerCase();
    }

    @Test
    void readsThePlainHeaderOfABalancerInFrontOfTheHandshake() throws Exception {
        var config = tls(write("localhost", issue("localhost")));
        var snapshot = TestPlane.to(TestPlane.upstream(origin.uri()));
        try (var plane = TestPlane.behind(config, true, List.of(), snapshot);
                var plain = new Socket(InetAddress.getLoopbackAddress(), plane.port())) {
            plain.getOutputStream().write("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n".getBytes(StandardCharsets.US_ASCII));
            try (var socket =
                    (SSLSocket) client(null).getSocketFactory().createSocket(plain, "localhost", plane.port(), true)) {
                socket.startHandshake();
                socket.getOutputStream()
                        .write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 200 ");
            }
            assertThat(origin.take().header("forwarded")).isEqualTo("for=192.0.2.1;host=\"a\";proto=https");
        }
    }

    @Test
    void carriesAWebSocket() throws Exception {
        origin.otherwise((request, wire) -> {
            var key = Objects.requireNonNull(request.header("sec-websocket-key"));
            wire.send("HTTP/1.1 101 OK\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "
                    + WebSocketHandshake.accept(key) + "\r\n\r\n");
            wire.send(new byte[] {(byte) 0x81, 2, 'h', 'i'});
            wire.input().transferTo(OutputStream.nullOutputStream());
            wire.close();
        });
        try (var plane = plane(tls(write("localhost", issue("localhost"))));
                var http = HttpClient.newBuilder().sslContext(client(null)).build()) {
            var heard = new CompletableFuture<String>();
            var socket = http.newWebSocketBuilder()
                    .buildAsync(URI.create("wss://localhost:" + plane.port() + "/"), new WebSocket.Listener() {
                        @Override
                        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                            heard.complete(data.toString());
                            return null;
                        }
                    })
                    .get(5, TimeUnit.SECONDS);
            assertThat(heard.get(5, TimeUnit.SECONDS)).isEqualTo("hi");
            socket.abort();
            await().until(() -> origin.openConnections() == 0);
        }
    }
}
