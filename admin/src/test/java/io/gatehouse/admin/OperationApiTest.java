package io.gatehouse.admin;

import static io.gatehouse.admin.AdminFixture.ALICE;
import static io.gatehouse.admin.AdminFixture.PROMETHEUS;
import static io.gatehouse.admin.AdminFixture.ROOT;
import static io.gatehouse.admin.AdminFixture.bearer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.admin.AdminPorts.Dependency;
import io.gatehouse.admin.AdminPorts.Reload;
import io.gatehouse.config.Secret;
import io.gatehouse.console.Console;
import io.gatehouse.testkit.MutableClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperationApiTest {
    @TempDir
    Path folder;

    private AdminFixture admin;

    @BeforeEach
    void start() {
        admin = new AdminFixture(folder, MutableClock.start());
    }

    @AfterEach
    void stop() {
        admin.close();
    }

    @Test
    void tellsProbesWhatWorksAndOnlyCallersWhy() {
        assertThat(admin.get("/health/live").status()).isEqualTo(200);
        assertThat(admin.get("/health/ready").text())
                .isEqualTo("{\"status\":\"ready\",\"dependencies\":[{\"name\":\"audit\",\"ok\":true},"
                        + "{\"name\":\"database\",\"ok\":true}]}");

        admin.audit.fail("disk full");
        admin.dependencies = List.of(new Dependency("database", false, "cannot open file"));

        var ready = admin.get("/health/ready");
        assertThat(ready.status()).isEqualTo(503);
        assertThat(ready.text()).contains("not_ready").doesNotContain("disk full", "cannot open");
        assertThat(admin.get("/v1/health", bearer(ALICE)).text()).contains("disk full", "cannot open file");
        assertThat(admin.get("/v1/health").status()).isEqualTo(401);
    }

    @Test
    void givesMetricsToThoseWhoMayHaveThem() {
        admin.get("/v1/whoami", bearer(ALICE));

        assertThat(admin.get("/metrics").status()).isEqualTo(401);
        assertThat(admin.get("/metrics", bearer(ALICE)).status()).isEqualTo(403);
        assertThat(admin.get("/metrics", bearer(PROMETHEUS)).text())
                .contains("gatehouse_admin_requests_total{route=\"/v1/whoami\",status=\"200\"}");
    }

    @Test
    void reloadsForAdminsAndRecordsIt() {
        assertThat(admin.post("/v1/config/reload", "", bearer(ALICE)).status()).isEqualTo(403);
        assertThat(admin.post("/v1/config/reload", "", bearer(ROOT)).status()).isEqualTo(200);

        admin.reload = new Reload(List.of("gatehouse.yaml:3:5: unknown key `lisener`"));
        var refused = admin.post("/v1/config/reload", "", bearer(ROOT));

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text()).contains("config_invalid", "unknown key `lisener`");
        assertThat(admin.audit.events("config.reload"))
                .extracting(event -> event.principal() + " " + event.outcome())
                .containsExactly(
                        "user:root requested", "user:root applied", "user:root requested", "user:root config_invalid");
    }

    @Test
    void reloadsNothingThatCannotBeRecorded() {
        admin.audit.fail("disk full");
        admin.reload = new Reload(List.of("must not be asked"));

        assertThat(admin.post("/v1/config/reload", "", bearer(ROOT)).text())
                .contains("\"unavailable\"")
                .doesNotContain("must not be asked");
    }

    @Test
    void describesExactlyWhatItServes() {
        var contract = Contract.load();
        var pages = Console.load().assets().stream()
                .map(asset -> "GET " + asset.path())
                .toList();
        var served = new TreeSet<String>();
        for (var route : admin.server.routes()) {
            String operation = route.method() + " " + route.path();
            if (!pages.contains(operation)) {
                served.add(operation);
                assertThat(contract.needsCredential(operation)).as(operation).isEqualTo(route.access() != Access.OPEN);
                assertThat(contract.queryParameters(operation)).as(operation).isEqualTo(route.query());
            }
        }
        assertThat(served).isEqualTo(contract.operations());
        assertThat(admin.get("/v1/openapi.yaml", bearer(ALICE)).text())
                .isEqualTo(new String(OperationEndpoints.openApiDocument(), StandardCharsets.UTF_8));
    }

    @Test
    void refusesWhatItDoesNotServe() {
        assertThat(admin.get("/v1/nothing", bearer(ALICE)).status()).isEqualTo(404);
        assertThat(admin.get("//v1/whoami", bearer(ALICE)).status()).isEqualTo(404);
        assertThat(admin.get("/console/../v1/whoami", bearer(ALICE)).status()).isEqualTo(404);
        var wrongMethod = admin.send("PUT", "/v1/session", null);
        assertThat(wrongMethod.status()).isEqualTo(405);
        assertThat(wrongMethod.header("allow")).isEqualTo("POST, DELETE");
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        var token = AdminToken.of("alice", Set.of(), Secret.parse("one"));
        assertThatThrownBy(() -> new AdminSettings("localhost", List.of(token)))
                .hasMessage("address: expected host:port, got `localhost`");
        assertThatThrownBy(() -> new AdminSettings(
                        "127.0.0.1:0", List.of(token, AdminToken.of("alice", Set.of(), Secret.parse("two")))))
                .hasMessage("tokens: expected distinct names, got `alice` twice");
        assertThatThrownBy(() -> new AdminSettings(
                        "127.0.0.1:0", List.of(token, AdminToken.of("bob", Set.of(), Secret.parse("one")))))
                .hasMessage("tokens: expected distinct tokens, `bob` has another's");
        assertThatThrownBy(() -> new AdminToken("a b", Set.of(), token.hash()))
                .hasMessageStartingWith("name: expected letters");
        assertThatThrownBy(() -> new AdminToken("a", Set.of(), "secret"))
                .hasMessage("hash: expected `sha256:` and 64 lower-case hexadecimal digits");
    }
}
