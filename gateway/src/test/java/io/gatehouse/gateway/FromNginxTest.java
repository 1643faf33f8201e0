package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.gateway.config.ExampleCertificates;
import io.gatehouse.gateway.config.LoadedConfig;
import io.gatehouse.gateway.config.TestSource;
import io.gatehouse.testkit.RawClient;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/from-nginx.md shows stands in config/examples/tls.yaml, which does what it says. */
final class FromNginxTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| [^|]*`[^|]* \\| `([^|]+)` \\| .*\\|$");

    @TempDir
    private Path folder;

    private final TestOrigin app = TestOrigin.start(Script.of(200, "text/plain", "app"));
    private final TestOrigin shop = TestOrigin.start(Script.of(200, "text/plain", "shop"));
    private TrustManager[] trust;
    private Gateway gateway;

    @BeforeEach
    void start() throws Exception {
        var authority = ExampleCertificates.write(folder.resolve("certs"));
        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", authority.getCertificate());
        var trusting = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusting.init(trusted);
        trust = trusting.getTrustManagers();

        var file = folder.resolve("tls.yaml");
        Files.writeString(
                file,
                example()
                        .replaceAll("0\\.0\\.0\\.0:(80|443)", "127.0.0.1:0")
                        .replaceAll("address: 127\\.0\\.0\\.1:(8081|9900)", "address: 127.0.0.1:0")
                        .replaceAll("http://127.0.0.1:900[01]", app.uri().toString())
                        .replaceAll("http://127.0.0.1:9[12]00", shop.uri().toString()));
        var loaded = (LoadedConfig) TestSource.SOURCE.load(file, TestSource.ENVIRONMENT);
        gateway = Gateway.start(file, loaded, Map.of("GATEHOUSE_LOOPS", "1"));
    }

    @AfterEach
    void stop() {
        gateway.close();
        app.close();
        shop.close();
    }

    private static String example() throws IOException {
        return Files.readString(Path.of("..", "config", "examples", "tls.yaml"));
    }

    private String clear(String host, String path) {
        try (var client = RawClient.connect(gateway.addresses().get(0).getPort())) {
            var answer = client.exchange("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            return answer.status() + " " + answer.headers().first("location");
        }
    }

    /** The head and the body of the answer, over TLS. */
    private String secured(String host, String path) throws Exception {
        // one for each: with a session of another name to the same port the JDK asks for that name again
        var tls = SSLContext.getInstance("TLS");
        tls.init(null, trust, null);
        try (var socket = (SSLSocket) tls.getSocketFactory()
                .createSocket("127.0.0.1", gateway.addresses().get(1).getPort())) {
            var parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(host)));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            assertThat(socket.getSession().getPeerPrincipal().getName()).isEqualTo("CN=" + host);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void everyRowIsInTheExample() throws IOException {
        var page = Files.readString(Path.of("..", "docs", "from-nginx.md"));
        var rows = ROW.matcher(page).results().map(row -> row.group(1)).toList();

        assertThat(rows).hasSize((int)
                page.lines().filter(line -> line.startsWith("| `")).count());
        var example = example();
        assertThat(rows)
                .hasSizeGreaterThan(25)
                .allSatisfy(row -> assertThat(example).contains(row));
    }

    @Test
    void sendsClearTextToTlsAndServesBothNamesThere() throws Exception {
        assertThat(clear("www.example.com", "/a?b=c")).isEqualTo("308 https://www.example.com/a?b=c");
        assertThat(clear("shop.example.com", "/")).isEqualTo("308 https://shop.example.com/");
        assertThat(clear("a.example.org", "/x")).isEqualTo("301 https://www.example.com/x");
        assertThat(app.calls()).isZero();

        assertThat(secured("www.example.com", "/a?b=c"))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("app")
                .contains("strict-transport-security: ");
        assertThat(secured("shop.example.com", "/")).startsWith("HTTP/1.1 200 ").endsWith("shop");
        assertThat(secured("www.example.com", "/robots.txt"))
                .startsWith("HTTP/1.1 200 ")
                .contains("Disallow: /internal/");
        assertThat(secured("www.example.com", "/internal/x")).startsWith("HTTP/1.1 403 ");
        assertThat(secured("www.example.com", "/api/x")).startsWith("HTTP/1.1 401 ");
        assertThat(app.calls()).isOne();
    }
}
