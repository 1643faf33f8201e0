package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.TestOrigin;
import io.netty.pkitesting.CertificateBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What /metrics shows, what docs/metrics.md and the dashboards say of it, and that strangers cannot make it grow. */
final class MetricsTest {
    private static final Pattern FAMILY = Pattern.compile("(?m)^# TYPE (\\S+) ");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-z_0-9]+)[{ ]");
    private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| `([a-z_0-9]+)");
    private static final Pattern SHOWN = Pattern.compile("\\b(?:gatehouse|jvm|process|system|netty)_[a-z_0-9]+");

    @TempDir
    private Path folder;

    private TestOrigin origin;
    private OtlpReceiver collector;
    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        origin = TestOrigin.start();
        collector = new OtlpReceiver();
        var certificate = new CertificateBuilder()
                .algorithm(CertificateBuilder.Algorithm.ecp256)
                .subject("CN=localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Files.writeString(folder.resolve("site.pem"), certificate.getCertificatePathPEM());
        Files.writeString(folder.resolve("site.key"), certificate.getPrivateKeyPEM());
        Files.writeString(folder.resolve("policies.yaml"), """
                policies:
                  - { id: read, effect: permit, target: { actions: ["http:GET"] } }
                """);
        gateway = RunningGateway.start(folder, """
                version: 1
                server:
                  listeners:
                    - { name: public, address: 127.0.0.1:0 }
                    - { name: secure, address: 127.0.0.1:0, tls: { certificates: [{ certificate: site.pem, key: site.key }] } }
                  admin: { address: 127.0.0.1:0, token: "${APPROVER}" }
                telemetry: { otlp: "@URL@", traces: 100% }
                policies: { files: [policies.yaml] }
                upstreams: { origin: { targets: ["http://127.0.0.1:@PORT@"], circuitBreaker: {}, health: { path: / } } }
                chains:
                  all:
                    - request-id
                    - access-log: { to: @LOG@ }
                    - api-key: { keys: [{ client: a, key: "${KEY}" }] }
                    - rate-limit: { limit: 100000/min, by: client }
                    - compress
                    - authorize
                    - approve
                routes:
                  - { name: all, match: { hosts: [api.example], path: /** }, chain: all, to: origin }
                """.replace("@URL@", collector.url())
                .replace("@LOG@", folder.resolve("access.log").toString())
                .replace("@PORT@", Integer.toString(origin.port())));
        request("GET", "/", "api.example", RunningGateway.KEY);
        request("POST", "/", "api.example", RunningGateway.KEY);
        request("GET", "/", "api.example", "wrong");
        request("GET", "/", "elsewhere.example", "none");
    }

    @AfterEach
    void stop() {
        gateway.close();
        collector.close();
        origin.close();
    }

    private void request(String method, String path, String host, String key) {
        try (var client = gateway.client()) {
            client.exchange(method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + key
                    + "\r\nUser-Agent: " + key + "\r\nX-" + key + ": 1\r\n\r\n");
        }
    }

    private String scrape() throws Exception {
        gateway.call("GET", "/v1/whoami");
        gateway.call("GET", "/metrics");
        var answer = gateway.call("GET", "/metrics");
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private static Set<String> all(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.groupCount() == 0 ? match.group() : match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String repositoryFile(String path) throws IOException {
        return Files.readString(Path.of("..").resolve(path));
    }

    @Test
    void thePageNamesExactlyWhatThereIs() throws Exception {
        var families = all(FAMILY, scrape());
        families.removeIf(name -> name.startsWith("jvm_gc_pause") || name.startsWith("jvm_gc_concurrent"));
        var documented = all(DOCUMENTED, repositoryFile("docs/metrics.md"));

        assertThat(documented).isEqualTo(families);
    }

    @Test
    void theDashboardsShowOnlyWhatThereIs() throws Exception {
        var samples = all(SAMPLE, scrape());
        try (var dashboards = Files.list(Path.of("..", "deploy", "grafana"))) {
            var files =
                    dashboards.filter(file -> file.toString().endsWith(".json")).toList();
            assertThat(files).isNotEmpty();
            for (var file : files) {
                var dashboard = JsonMapper.shared().readTree(Files.readString(file));
                var shown = new TreeSet<String>();
                dashboard.findValues("expr").forEach(expression -> shown.addAll(all(SHOWN, expression.asString())));
                assertThat(shown).as(file.toString()).isNotEmpty();
                assertThat(samples).as(file.toString()).containsAll(shown);
            }
        }
    }

    @Test
    void noStrangerMakesASeries() throws Exception {
        var before = series(scrape());
        for (int i = 0; i < 100; i++) {
            request("METHOD" + i, "/path" + i + "?query=" + i, "host" + i + ".example", "key" + i);
            request("METHOD" + i, "/path" + i + "?query=" + i, "api.example", "key" + i);
            gateway.call("GET", "/v1/approvals/apr_" + i);
        }
        try (var client = gateway.client()) {
            client.exchange("this is no HTTP\r\n\r\n");
        }
        var more = series(scrape());

        more.removeAll(before);
        // a code and a status that no request had before, both known
        assertThat(more)
                .containsExactlyInAnyOrder(
                        "gatehouse_admin_requests_total{route=\"/v1/approvals/{id}\",status=\"404\"}",
                        "gatehouse_request_seconds_total{code=\"malformed_request\",route=\"none\"}",
                        "gatehouse_requests_total{code=\"malformed_request\",route=\"none\"}");
    }

    private static Set<String> series(String scraped) {
        return scraped.lines()
                .filter(line -> line.startsWith("gatehouse_"))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
