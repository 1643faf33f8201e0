package io.gatehouse.proxy.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.proxy.tls.TlsConfig;
import io.gatehouse.proxy.tls.TlsConfig.Certificate;
import io.gatehouse.proxy.tls.TlsConfig.ClientCertificates;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import io.netty.pkitesting.CertificateBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 as curl, nghttp and h2load speak it. */
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
@Tag("real")
@ExtendWith(LeakCheck.class)
class Http2RealClientsTest {
    @TempDir
    Path folder;

    private final TestOrigin origin = TestOrigin.start(Script.echo());

    @SuppressWarnings("NullAway.Init") // started before each test
    private TestPlane clear;

    @SuppressWarnings("NullAway.Init") // started before each test
    private TestPlane secure;

    @BeforeEach
    void start() throws Exception {
        var site = new CertificateBuilder()
                .algorithm(CertificateBuilder.Algorithm.ecp256)
                .subject("CN=localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        var certificate = Files.writeString(folder.resolve("site.pem"), site.getCertificatePathPEM());
        var key = Files.writeString(folder.resolve("site.key"), site.getPrivateKeyPEM());
        var tls = new TlsConfig(
                List.of(new Certificate(certificate.toString(), key.toString())),
                List.of(),
                ClientCertificates.NONE,
                null);
        var snapshot = TestPlane.to(TestPlane.upstream(origin.uri()));
        clear = TestPlane.start(snapshot);
        secure = TestPlane.start(tls, TestPlane.to(TestPlane.upstream(origin.uri())));
    }

    @AfterEach
    void stop() {
        clear.close();
        secure.close();
        origin.close();
    }

    private static String run(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    private Stream<String> urls() {
        return Stream.of("http://127.0.0.1:" + clear.port() + "/", "https://127.0.0.1:" + secure.port() + "/");
    }

    @Test
    void servesCurl() throws Exception {
        var large = Files.writeString(folder.resolve("large"), "0123456789".repeat(500_000));
        for (var url : urls().toList()) {
            var protocol = url.startsWith("https") ? "--http2" : "--http2-prior-knowledge";
            assertThat(run("curl", "-sSk", protocol, "-w", "%{http_version} %{http_code}", "-d", "hello ", url))
                    .isEqualTo("hello 2 200");
            var got = folder.resolve("got");
            run("curl", "-sSk", protocol, "--data-binary", "@" + large, "-o", got.toString(), url);
            assertThat(Files.mismatch(large, got)).isEqualTo(-1);
            assertThat(run("curl", "-sSkI", protocol, url)).startsWith("HTTP/2 200");
            assertThat(run("curl", "-sSk", protocol, url + "a%2fb")).contains("malformed_request");
        }
    }

    @Test
    void servesNghttp() throws Exception {
        origin.otherwise(Script.raw(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + "5\r\nhello\r\n0\r\nX-Sum: 7\r\n\r\n"));
        var body = Files.writeString(folder.resolve("body"), "hello").toString();
        for (var url : urls().toList()) {
            var said = run("nghttp", "-v", "--trailer=x-check: 1", "-d", body, "-m", "5", url);
            assertThat(said)
                    .contains("x-sum: 7")
                    .doesNotContain("recv RST_STREAM")
                    .doesNotContain("recv GOAWAY");
            assertThat(said.split(":status: 200", -1)).hasSize(6);
        }
        assertThat(origin.requests()).hasSize(10).allMatch(seen -> seen.body().length == 5);
    }

    @Test
    void servesH2load() throws Exception {
        origin.otherwise(Script.of(200, "text/plain", "hello"));
        for (var url : urls().toList()) {
            assertThat(run("h2load", "-n", "2000", "-c", "4", "-m", "32", url))
                    .contains("2000 succeeded, 0 failed, 0 errored, 0 timeout");
        }
    }
}
