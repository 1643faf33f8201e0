package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.testkit.RawClient;
import io.gatehouse.testkit.RawResponse;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** {@code gatehouse run} as a process: signals, reload, drain, transport. */
final class RunProcessTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    @TempDir
    private Path folder;

    private TestOrigin origin;

    @BeforeEach
    void start() throws IOException {
        origin = TestOrigin.start();
        write("X-Mark");
        Files.writeString(folder.resolve("mark"), "one");
    }

    @AfterEach
    void stop() {
        origin.close();
    }

    private void write(String header) throws IOException {
        Files.writeString(folder.resolve("gatehouse.yaml"), """
                version: 1
                server:
                  listeners: [{ name: public, address: 127.0.0.1:0 }]
                  admin: { address: 127.0.0.1:0 }
                upstreams: { origin: { targets: ["http://127.0.0.1:@PORT@"] } }
                routes:
                  - name: all
                    match: { path: /** }
                    filters: [{ headers: { response: { set: { @HEADER@: "${file:mark}" } } } }]
                    to: origin
                """.replace("@PORT@", Integer.toString(origin.port()))
                .replace("@HEADER@", header));
    }

    private static RawResponse get(int port) {
        try (var client = RawClient.connect(port)) {
            return client.exchange(GET);
        }
    }

    @Test
    void nothingIsWrittenButWhatWasAskedFor() throws Exception {
        try (var version = ChildGateway.start(folder, Map.of(), "version")) {
            assertThat(version.awaitExit()).isZero();
            assertThat(version.allErr()).isEmpty();
        }
    }

    @Test
    void sighupReloadsTheConfiguration() throws Exception {
        try (var gateway = ChildGateway.start(folder, Map.of(), "run")) {
            var ready = gateway.awaitReady();
            assertThat(get(ready.port()).headers().first("x-mark")).isEqualTo("one");
            // no file that is watched changes: only the signal makes the gateway read this one again
            Files.writeString(folder.resolve("mark"), "two");

            gateway.signal("HUP");
            gateway.awaitErr("configuration reloaded");

            assertThat(get(ready.port()).headers().first("x-mark")).isEqualTo("two");
        }
    }

    @Test
    void aChangedFileIsReloadedAndAFaultyOneChangesNothing() throws Exception {
        try (var gateway = ChildGateway.start(folder, Map.of(), "run")) {
            var ready = gateway.awaitReady();
            write("X-Other");
            Files.writeString(
                    folder.resolve("gatehouse.yaml"),
                    "  - { name: open, match: { path: /open }, filters: [], to: origin }\n",
                    StandardOpenOption.APPEND);
            gateway.awaitErr("configuration reloaded");
            assertThat(gateway.awaitErr("configuration: ")).contains("nothing guards route `open`");
            assertThat(get(ready.port()).headers().first("x-other")).isEqualTo("one");

            Files.writeString(folder.resolve("gatehouse.yaml"), "version: 1\nrouts: []\n");
            var line = gateway.awaitErr("configuration not reloaded");

            assertThat(line).contains("gatehouse.yaml:");
            assertThat(get(ready.port()).headers().first("x-other")).isEqualTo("one");
        }
    }

    @Test
    void sigtermLetsWhatIsInFlightFinish() throws Exception {
        var gate = new CompletableFuture<Void>();
        origin.otherwise(Script.after(gate, Script.of(200, "text/plain", "late")));
        try (var gateway = ChildGateway.start(folder, Map.of(), "run")) {
            var ready = gateway.awaitReady();
            try (var client = RawClient.connect(ready.port())) {
                client.send(GET);
                assertThat(origin.take().path()).isEqualTo("/");

                gateway.signal("TERM");
                gateway.awaitOut("draining: requests in flight have 30 s");
                gate.complete(null);

                var answer = client.read();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.text()).isEqualTo("late");
                assertThat(client.awaitClose()).isTrue();
            }
            assertThat(gateway.awaitOut("stopped")).isEqualTo("stopped");
            assertThat(gateway.awaitExit()).isZero();
            assertThatThrownBy(() -> RawClient.connect(ready.port())).hasMessageContaining("refused");
        }
        assertThat(started()).contains("\"outcome\":\"started\"", "\"outcome\":\"stopped\"");
    }

    /** The series of upstreams, without their values. */
    private static Set<String> upstreamMeters(int adminPort) {
        try (var admin = RawClient.connect(adminPort)) {
            return admin.exchange("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:" + adminPort + "\r\nAuthorization: Bearer "
                            + RunningGateway.APPROVER + "\r\n\r\n")
                    .text()
                    .lines()
                    .filter(line -> line.startsWith("gatehouse_upstream_"))
                    .map(line -> line.substring(0, line.lastIndexOf(' ')))
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void onAFullDiskNothingRunsThatIsNotRecorded() throws Exception {
        var config = folder.resolve("gatehouse.yaml");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace("    to: origin", "    audit: durable\n    to: origin")
                        .replace(
                                "admin: { address: 127.0.0.1:0 }",
                                "admin: { address: 127.0.0.1:0, token: \"${TOKEN}\" }"));
        var longPath = "GET /" + "x".repeat(1900) + " HTTP/1.1\r\nHost: a\r\n\r\n";
        var token = Map.of("TOKEN", RunningGateway.APPROVER);
        int passed = 0;
        try (var gateway = ChildGateway.startWithSmallDisk(4096, folder, token, "run")) {
            var ready = gateway.awaitReady();
            try (var client = RawClient.connect(ready.port())) {
                var answer = client.exchange(longPath);
                while (answer.status() == 200 && passed < 10_000) {
                    passed++;
                    answer = client.exchange(longPath);
                }
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.text()).contains("audit_unavailable");
            }
            try (var admin = RawClient.connect(ready.adminPort())) {
                var readiness = admin.exchange(
                        "GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1:" + ready.adminPort() + "\r\n\r\n");
                assertThat(readiness.status()).isEqualTo(503);
                assertThat(readiness.text()).contains("{\"name\":\"audit\",\"ok\":false}");
            }
            var before = upstreamMeters(ready.adminPort());
            assertThat(before).isNotEmpty();
            Files.writeString(
                    config, Files.readString(config).replace("targets: [", "targets: [\"http://127.0.0.1:1\", "));
            gateway.signal("HUP");
            gateway.awaitErr("the change cannot be recorded, so it is not applied");
            assertThat(upstreamMeters(ready.adminPort())).isEqualTo(before);
        }
        Files.writeString(config, Files.readString(config).replace("\"http://127.0.0.1:1\", ", ""));
        assertThat(passed).isPositive();
        assertThat(origin.calls()).isEqualTo(passed);

        try (var gateway = ChildGateway.start(folder, token, "run")) {
            assertThat(get(gateway.awaitReady().port()).status()).isEqualTo(200);
            gateway.signal("TERM");
            assertThat(gateway.awaitExit()).isZero();
        }
        try (var verify = ChildGateway.start(folder, token, "audit", "verify", "data/audit")) {
            assertThat(verify.awaitExit()).isZero();
        }
        try (var list = ChildGateway.start(
                folder, token, "audit", "list", "--kind", "decision", "--limit", "100000", "--output", "json")) {
            var decisions = JsonMapper.shared().readTree(list.awaitOut("["));
            assertThat(decisions.size()).isEqualTo(passed + 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll", "nio"})
    void theTransportAskedForIsTheOneInUse(String transport) throws Exception {
        var asked = Map.of("GATEHOUSE_TRANSPORT", transport);
        try (var version = ChildGateway.start(folder, asked, "version")) {
            if (version.awaitExit() != 0) { // this machine does not offer it: then nothing else is used in its place
                assertThat(version.awaitErr("GATEHOUSE_TRANSPORT")).contains("is not available here");
                return;
            }
            assertThat(version.awaitOut("transport")).isEqualTo("transport " + transport);
        }
        try (var gateway = ChildGateway.start(folder, asked, "run")) {
            var ready = gateway.awaitReady();

            assertThat(get(ready.port()).status()).isEqualTo(200);
            assertThat(ready.transport()).isEqualTo(transport);
            assertThat(started()).contains("\"transport\":\"" + transport + "\"");
            assertThat(usesRings(gateway.pid())).isEqualTo(transport.equals("io_uring"));
        }
    }

    /** Whether the kernel gave the process a ring: what it says of the files that are open. */
    private static boolean usesRings(long pid) throws IOException {
        try (var files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return files.anyMatch(file -> {
                try {
                    return Files.readSymbolicLink(file).toString().equals("anon_inode:[io_uring]");
                } catch (IOException closedMeanwhile) {
                    return false;
                }
            });
        }
    }

    /** What the log says of starts and stops. */
    private String started() throws Exception {
        try (var list =
                ChildGateway.start(folder, Map.of(), "audit", "list", "--kind", "lifecycle", "--output", "json")) {
            var events = JsonMapper.shared().readTree(list.awaitOut("["));
            assertThat(list.awaitExit()).isZero();
            return events.valueStream().map(Objects::toString).collect(Collectors.joining("\n"));
        }
    }
}
