package io.gatehouse.proxy.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.proxy.tls.TlsConfig;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** As {@link StalledClientTest}, of clients behind TLS, over sockets that carry records. */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class StalledTlsClientTest {
    private static final String LARGE = "x".repeat(4 << 20);
    private static final byte[] GET =
            "GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    private final List<SSLSocket> stalled = new ArrayList<>();
    private final TestOrigin origin = TestOrigin.start(Script.of(200, "text/plain", LARGE));
    private SSLContext trusting;
    private TlsConfig tls;

    @BeforeEach
    void makeCertificate() throws Exception {
        trusting = SSLContext.getInstance("TLS");
        trusting.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        var own = new CertificateBuilder()
                .algorithm(CertificateBuilder.Algorithm.ecp256)
                .subject("CN=localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        var certificate = Files.writeString(folder.resolve("own.pem"), own.getCertificatePathPEM());
        var key = Files.writeString(folder.resolve("own.key"), own.getPrivateKeyPEM());
        tls = new TlsConfig(
                List.of(new TlsConfig.Certificate(certificate.toString(), key.toString())),
                List.of(),
                TlsConfig.ClientCertificates.NONE,
                null);
    }

    @AfterEach
    void end() throws IOException {
        for (var socket : stalled) {
            socket.close();
        }
        origin.close();
    }

    /** A client that has shaken hands. */
    private SSLSocket secured(TestPlane plane) throws IOException {
        var secure =
                (SSLSocket) trusting.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), plane.port());
        secure.setSoTimeout(20_000);
        secure.startHandshake();
        return secure;
    }

    @Test
    void answersThatNobodyTakesOverManyConnectionsEndSomeOfThem() throws Exception {
        int limit = 2 << 20;
        try (var plane = TestPlane.holding(limit, tls, TestPlane.to(TestPlane.upstream(origin.uri())))) {
            for (int i = 0; i < 60; i++) {
                var client = secured(plane);
                stalled.add(client);
                client.getOutputStream().write(GET);
            }
            await().atMost(20, TimeUnit.SECONDS).until(() -> StalledClientTest.ended(plane) > 0);
            await().during(Duration.ofSeconds(2))
                    .untilAsserted(
                            () -> assertThat(StalledClientTest.held(plane)).isLessThanOrEqualTo(limit));
            try (var other = secured(plane)) {
                other.getOutputStream().write(GET);
                var answer = new String(other.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                assertThat(answer).startsWith("HTTP/1.1 200").endsWith(LARGE);
            }
        }
    }
}
