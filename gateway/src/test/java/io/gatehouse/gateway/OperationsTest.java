package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.testkit.TestOrigin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Reload and health, as an operator meets them. */
final class OperationsTest {
    private static final String CONFIG = """
            version: 1
            server:
              listeners: [{ name: public, address: 127.0.0.1:0 }]
              admin: { address: 127.0.0.1:0, token: "${APPROVER}" }
            upstreams: { origin: { targets: ["http://127.0.0.1:@PORT@"] } }
            routes:
              - { name: kept, match: { path: "${file:path}" }, filters: [], to: origin }
              - { name: "${file:name}", match: { path: /other }, filters: [], to: origin }
            """;

    @TempDir
    private Path folder;

    private TestOrigin origin;
    private RunningGateway gateway;

    @BeforeEach
    void start() throws IOException {
        origin = TestOrigin.start();
        // files that only a reload reads: none that is watched
        Files.writeString(folder.resolve("path"), "/kept");
        Files.writeString(folder.resolve("name"), "gone");
        gateway = RunningGateway.start(folder, config());
    }

    @AfterEach
    void stop() {
        gateway.close();
        origin.close();
    }

    private String config() {
        return CONFIG.replace("@PORT@", Integer.toString(origin.port()));
    }

    private void write(String config) throws IOException {
        Files.writeString(folder.resolve("gatehouse.yaml"), config);
    }

    private String audited() throws IOException {
        var all = new StringBuilder();
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }

    private String ready() throws Exception {
        return gateway.call("GET", "/health/ready").body();
    }

    private String metrics() throws Exception {
        return gateway.call("GET", "/metrics").body();
    }

    @Test
    void aReloadTellsWhatChanged() throws Exception {
        Files.writeString(folder.resolve("path"), "/moved");
        Files.writeString(folder.resolve("name"), "new");

        var answer = gateway.call("POST", "/v1/config/reload");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo("{\"applied\":true,\"changes\":["
                        + "{\"part\":\"route\",\"name\":\"kept\",\"change\":\"changed\"},"
                        + "{\"part\":\"route\",\"name\":\"gone\",\"change\":\"removed\"},"
                        + "{\"part\":\"route\",\"name\":\"new\",\"change\":\"added\"}]}");
        try (var client = gateway.client()) {
            assertThat(client.exchange("GET /moved HTTP/1.1\r\nHost: a\r\n\r\n").status())
                    .isEqualTo(200);
        }
        assertThat(metrics()).contains("gatehouse_config_reloads_total{result=\"applied\"} 1.0");
    }

    @Test
    void aFaultyFileChangesNothingAndIsTold() throws Exception {
        write(config().replace("to: origin", "to: orgin").replace("version: 1", "version: 1\nspelt: wrong"));

        var answer = gateway.call("POST", "/v1/config/reload");

        assertThat(answer.statusCode()).isEqualTo(422);
        var problem = JsonMapper.shared().readTree(answer.body());
        assertThat(problem.get("code").asString()).isEqualTo("config_invalid");
        assertThat(problem.get("detail").asString().lines())
                .hasSize(3)
                .anyMatch(line -> line.contains("gatehouse.yaml:2:1: spelt: unknown key"))
                .anyMatch(line -> line.contains("upstream `orgin` is not defined (did you mean `origin`?)"));
        try (var client = gateway.client()) {
            assertThat(client.exchange("GET /kept HTTP/1.1\r\nHost: a\r\n\r\n").status())
                    .isEqualTo(200);
        }
        assertThat(metrics())
                .containsPattern("gatehouse_config_reloads_total\\{result=\"refused\"} [1-9]")
                .contains("gatehouse_config_last_reload_success 0.0");
        assertThat(ready()).contains("\"ready\"").contains("{\"name\":\"configuration\",\"ok\":true}");
        assertThat(gateway.call("GET", "/v1/health").body()).contains("was refused: 3 errors");

        write(config());
        assertThat(gateway.call("POST", "/v1/config/reload").statusCode()).isEqualTo(200);
        assertThat(metrics()).contains("gatehouse_config_last_reload_success 1.0");
    }

    @Test
    void noErrorRepeatsASecret() throws Exception {
        // refused when it is compiled, not when it is read
        write(config().replace("filters: []", "filters: [{ access-log: { to: \"/nowhere/${KEY}/log\" } }]"));

        var answer = gateway.call("POST", "/v1/config/reload");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("/nowhere/***/log").doesNotContain(RunningGateway.KEY);
    }

    @Test
    void listensOnAUnixSocketByReload() throws Exception {
        var socket = folder.resolve("public.sock");
        write(config().replace("listeners: [", "listeners: [{ name: local, address: \"unix:" + socket + "\" }, "));
        assertThat(gateway.call("POST", "/v1/config/reload").statusCode()).isEqualTo(200);
        assertThat(gateway.gateway().listening()).containsExactly("unix:" + socket, "127.0.0.1:" + gateway.port());
        try (var client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            client.write(ByteBuffer.wrap("GET /kept HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            assertThat(Channels.newInputStream(client).readAllBytes())
                    .asString()
                    .startsWith("HTTP/1.1 200 ");
        }
        write(config());
        assertThat(gateway.call("POST", "/v1/config/reload").statusCode()).isEqualTo(200);
        assertThat(socket).doesNotExist();
    }

    @Test
    void listenersComeAndGoWithAReload() throws Exception {
        int first = gateway.port();
        Files.writeString(folder.resolve("listener"), "second");
        write(config().replace("listeners: [", "listeners: [{ name: \"${file:listener}\", address: 127.0.0.1:0 }, "));
        assertThat(gateway.call("POST", "/v1/config/reload").statusCode()).isEqualTo(200);
        assertThat(gateway.gateway().addresses()).hasSize(2).anyMatch(address -> address.getPort() == first);

        Files.writeString(folder.resolve("listener"), "third");
        var answer = gateway.call("POST", "/v1/config/reload");
        assertThat(answer.body())
                .contains("{\"part\":\"listener\",\"name\":\"second\",\"change\":\"removed\"}")
                .contains("{\"part\":\"listener\",\"name\":\"third\",\"change\":\"added\"}");
        try (var client = gateway.client()) {
            assertThat(client.exchange("GET /kept HTTP/1.1\r\nHost: a\r\n\r\n").status())
                    .isEqualTo(200);
        }
        assertThat(ready()).contains("\"ready\"");
    }

    @Test
    void whatOwnsFilesAndSocketsOfItsOwnNeedsARestart() throws Exception {
        write(config().replace("version: 1", "version: 1\ntelemetry: { traces: 50% }"));
        var answer = gateway.call("POST", "/v1/config/reload");
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(detail(answer))
                .endsWith(
                        "gatehouse.yaml:2:12: telemetry: `telemetry` cannot change while the gateway runs: restart it")
                .doesNotContain("stores", "audit");

        write(config().replace("server:", "server:\n  node: other")
                .replace("upstreams:", "audit: { mode: durable }\nupstreams:"));
        assertThat(detail(gateway.call("POST", "/v1/config/reload")).lines())
                .anyMatch(
                        line -> line.endsWith(
                                "gatehouse.yaml:3:9: server.node: `server.node` cannot change while the gateway runs: restart it"))
                .anyMatch(line -> line.endsWith(
                        "gatehouse.yaml:6:8: audit: `audit` cannot change while the gateway runs: restart it"))
                .noneMatch(line -> line.contains("telemetry"));
    }

    private static String detail(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body()).get("detail").asString();
    }

    @Test
    void whatIsRefusedWhenItIsMadeIsToldWithItsPlace() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var address = "127.0.0.1:" + taken.getLocalPort();
            write(config().replace("listeners: [", "listeners: [{ name: second, address: \"" + address + "\" }, "));
            assertThat(detail(gateway.call("POST", "/v1/config/reload")))
                    .contains(
                            "gatehouse.yaml:3:40: server.listeners[0].address: listener `second`: cannot listen on `"
                                    + address + "`: ",
                            "in use");
        }
        Files.createDirectory(folder.resolve("log"));
        write(config().replace(
                        "filters: []",
                        "filters: [request-id, { access-log: { to: \"" + folder.resolve("log") + "\" } }]"));
        assertThat(detail(gateway.call("POST", "/v1/config/reload")))
                .contains(
                        "gatehouse.yaml:7:",
                        ": routes[0].filters[1].access-log.to: expected `stdout` or a file in an existing folder");
    }

    @Test
    void aGatewayThatCannotStartSaysWhere() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var address = "127.0.0.1:" + taken.getLocalPort();
            var other = Files.createDirectory(folder.resolve("other"));
            Files.writeString(other.resolve("path"), "/kept");
            Files.writeString(other.resolve("name"), "gone");
            assertThatThrownBy(() -> RunningGateway.start(
                            other,
                            config().replace(
                                            "name: public, address: 127.0.0.1:0", "name: public, address: " + address)))
                    .hasMessageContaining(
                            "gatehouse.yaml:3:40: server.listeners[0].address: listener `public`: cannot listen on `"
                                    + address + "`: ");
            assertThatThrownBy(() -> RunningGateway.start(
                            other, config().replace("admin: { address: 127.0.0.1:0", "admin: { address: " + address)))
                    .hasMessageContaining(
                            "gatehouse.yaml:4:21: server.admin.address: cannot listen on `" + address + "`: ");
            assertThatThrownBy(() -> RunningGateway.start(
                            other,
                            config().replace(
                                            "filters: []",
                                            "filters: [{ access-log: { to: \"/nowhere/${KEY}/log\" } }]")))
                    .hasMessageContaining("gatehouse.yaml:7:")
                    .hasMessageContaining("routes[0].filters[0].access-log.to: expected")
                    .hasMessageContaining("/nowhere/***/log");
        }
    }

    @Test
    void readinessNamesEveryPart() throws Exception {
        var parts = JsonMapper.shared().readTree(ready());
        assertThat(parts.get("status").asString()).isEqualTo("ready");
        assertThat(parts.get("dependencies")
                        .valueStream()
                        .map(part -> part.get("name").asString()))
                .containsExactly("audit", "database", "event-loops", "listeners", "configuration");
    }

    @Test
    void aGatewayThatDrainsTakesNoConfiguration() throws Exception {
        assertThat(gateway.gateway().drain()).isTrue();
        Files.writeString(folder.resolve("path"), "/moved");

        var answer = gateway.call("POST", "/v1/config/reload");
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("the gateway is stopping");
        assertThat(audited()).contains("\"stopped\"").doesNotContain("configuration_applied");
    }

    @Test
    void aGatewayThatDrainsIsNotReady() throws Exception {
        assertThat(gateway.gateway().drain()).isTrue();

        assertThat(gateway.call("GET", "/health/ready").statusCode()).isEqualTo(503);
        assertThat(ready()).contains("{\"name\":\"listeners\",\"ok\":false}");
        assertThat(gateway.call("GET", "/health/live").statusCode()).isEqualTo(200);
    }
}
