package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.gatehouse.testkit.TestOrigin;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that are renewed while the gateway runs, as their operators see it. */
final class CertificateReloadTest {
    private static final Duration LONG = Duration.ofDays(90);
    private static final Duration SHORT = Duration.ofDays(3);

    @TempDir
    private Path folder;

    private final LogLines lines = new LogLines(Gateway.class.getName());
    private final TestOrigin origin = TestOrigin.start();

    @AfterEach
    void stop() {
        lines.close();
        origin.close();
    }

    private static X509Bundle certificate(Duration good) throws Exception {
        return new CertificateBuilder()
                .algorithm(CertificateBuilder.Algorithm.ecp256)
                .subject("CN=site.example")
                .addSanDnsName("site.example")
                .notBefore(Instant.now().minus(Duration.ofDays(1)))
                .notAfter(Instant.now().plus(good))
                .buildIssuedBy(new CertificateBuilder()
                        .algorithm(CertificateBuilder.Algorithm.ecp256)
                        .subject("CN=authority")
                        .setIsCertificateAuthority(true)
                        .notAfter(Instant.now().plus(LONG.multipliedBy(2)))
                        .buildSelfSigned());
    }

    private void write(X509Bundle bundle) throws IOException {
        Files.writeString(folder.resolve("site.pem"), bundle.getCertificatePathPEM());
        Files.writeString(folder.resolve("site.key"), bundle.getPrivateKeyPEM());
    }

    private RunningGateway start() throws IOException {
        return RunningGateway.start(folder, """
                version: 1
                server:
                  listeners:
                    - name: public
                      address: 127.0.0.1:0
                      tls: { certificates: [{ certificate: site.pem, key: site.key }] }
                  admin: { address: 127.0.0.1:0, token: "${APPROVER}" }
                upstreams: { origin: { targets: ["%s"] } }
                routes: [{ name: all, match: { path: /** }, filters: [request-id], to: origin }]
                """.formatted(origin.uri()));
    }

    private List<String> warned() {
        return lines.events().stream()
                .filter(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private boolean said(String text) {
        return lines.events().stream()
                .anyMatch(line -> line.getFormattedMessage().contains(text));
    }

    private static X509Certificate shown(RunningGateway gateway) throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        try (var socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", gateway.port())) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void aReloadNamesTheFilesThatChanged() throws Exception {
        write(certificate(LONG));
        try (var gateway = start()) {
            assertThat(gateway.call("POST", "/v1/config/reload").body()).isEqualTo("{\"applied\":true,\"changes\":[]}");
            var renewed = certificate(LONG);
            write(renewed);
            assertThat(gateway.call("POST", "/v1/config/reload").body())
                    .isEqualTo("{\"applied\":true,\"changes\":["
                            + "{\"part\":\"file\",\"name\":\"site.pem\",\"change\":\"changed\"},"
                            + "{\"part\":\"file\",\"name\":\"site.key\",\"change\":\"changed\"}]}");
            assertThat(shown(gateway)).isEqualTo(renewed.getCertificate());
        }
    }

    @Test
    void aPairThatIsReplacedOneFileAfterTheOtherIsNoAlarm() throws Exception {
        var first = certificate(LONG);
        write(first);
        try (var gateway = start()) {
            var renewed = certificate(LONG);
            Files.writeString(folder.resolve("site.pem"), renewed.getCertificatePathPEM());
            await().until(() -> said("configuration not reloaded yet"));
            assertThat(said("is not the key of")).isTrue();
            assertThat(shown(gateway)).isEqualTo(first.getCertificate());

            Files.writeString(folder.resolve("site.key"), renewed.getPrivateKeyPEM());
            await().until(() -> said("configuration reloaded, 2 parts changed"));
            assertThat(shown(gateway)).isEqualTo(renewed.getCertificate());
            assertThat(warned()).isEmpty();
            assertThat(gateway.call("GET", "/metrics").body())
                    .contains("gatehouse_config_last_reload_success 1.0")
                    .contains("gatehouse_config_reloads_total{result=\"refused\"} 0.0");
        }
    }

    @Test
    void whoAsksForAReloadIsToldAtOnceOfAKeyThatDoesNotFit() throws Exception {
        write(certificate(LONG));
        try (var gateway = start()) {
            Files.writeString(folder.resolve("site.pem"), certificate(LONG).getCertificatePathPEM());
            var answer = gateway.call("POST", "/v1/config/reload");
            assertThat(answer.statusCode()).isEqualTo(422);
            assertThat(answer.body()).contains("is not the key of");
        }
    }

    @Test
    void aCertificateIsWarnedOfOnce() throws Exception {
        write(certificate(SHORT));
        try (var gateway = start()) {
            assertThat(warned())
                    .singleElement()
                    .asString()
                    .contains("certificate `site.pem` of listener `public` expires");
            var file = folder.resolve("gatehouse.yaml");
            Files.writeString(file, "# moves every line\n" + Files.readString(file));
            assertThat(gateway.gateway().reload().errors()).isEmpty();
            assertThat(warned()).hasSize(1);

            write(certificate(SHORT.plusDays(1)));
            assertThat(gateway.gateway().reload().errors()).isEmpty();
            assertThat(warned()).hasSize(2);
        }
    }
}
