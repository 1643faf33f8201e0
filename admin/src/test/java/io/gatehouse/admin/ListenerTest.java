package io.gatehouse.admin;

import static io.gatehouse.admin.AdminFixture.ALICE;
import static io.gatehouse.admin.AdminFixture.TOKENS;
import static io.gatehouse.admin.AdminFixture.bearer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.admin.AdminSettings.Limits;
import io.gatehouse.config.Size;
import io.gatehouse.testkit.MutableClock;
import io.gatehouse.testkit.RawClient;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenerTest {
    private static final Limits TIGHT = new Limits(
            new Size(1024),
            new Size(2048),
            Duration.ofMillis(500),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            8,
            2,
            10,
            Duration.ofHours(1),
            10,
            100);

    @TempDir
    Path folder;

    private AdminFixture admin;

    @BeforeEach
    void start() {
        admin = new AdminFixture(
                folder,
                MutableClock.start(),
                new AdminSettings("127.0.0.1:0", Set.of("Admin.example.com"), TOKENS, TIGHT));
    }

    @AfterEach
    void stop() {
        admin.close();
    }

    @Test
    void answersUnderItsOwnNamesOnly() {
        int port = admin.port();
        for (var own : List.of(
                "127.0.0.1:" + port,
                "localhost:" + port,
                "LocalHost:" + port,
                "admin.example.com",
                "admin.example.com:443")) {
            assertThat(admin.get("/v1/whoami", "Host: " + own, bearer(ALICE)).status())
                    .as(own)
                    .isEqualTo(200);
        }
        for (var foreign : List.of(
                "evil.example:" + port,
                "127.0.0.1",
                "127.0.0.1:1",
                "127.0.0.1.evil.example:" + port,
                "localhost.evil.example:" + port,
                "evil.example@127.0.0.1:" + port,
                "")) {
            assertThat(admin.get("/v1/whoami", "Host: " + foreign, bearer(ALICE))
                            .status())
                    .as(foreign)
                    .isEqualTo(421);
        }
    }

    @Test
    void refusesSeveralHostsAndNone() {
        try (var client = admin.connect()) {
            assertThat(client.exchange("GET /health/live HTTP/1.1\r\nHost: " + admin.host()
                                    + "\r\nHost: evil.example\r\n\r\n")
                            .status())
                    .isIn(400, 421);
        }
        try (var client = admin.connect()) {
            assertThat(client.exchange("GET /health/live HTTP/1.0\r\n\r\n").status())
                    .isIn(400, 421);
        }
        try (var client = admin.connect()) {
            assertThat(client.exchange("GET http://" + admin.host()
                                    + "/health/live HTTP/1.1\r\nHost: evil.example\r\n\r\n")
                            .status())
                    .isIn(400, 421);
        }
    }

    @Test
    void refusesPagesOfOtherOriginsEvenWithAToken() {
        var refused = admin.get("/v1/approvals", bearer(ALICE), "Origin: http://evil.example");

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.header("access-control-allow-origin")).isNull();
        var preflight = admin.send(
                "OPTIONS",
                "/v1/approvals",
                null,
                "Origin: http://" + admin.host(),
                "Access-Control-Request-Method: POST");
        assertThat(preflight.status()).isEqualTo(405);
        assertThat(preflight.header("access-control-allow-origin")).isNull();
    }

    @Test
    void opensThePageFromALinkElsewhereButNoData() {
        assertThat(admin.get("/", "Sec-Fetch-Site: cross-site").status()).isEqualTo(200);
        assertThat(admin.get("/v1/approvals", "Sec-Fetch-Site: cross-site", bearer(ALICE))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void putsStrictHeadersOnEverything() {
        var answers = List.of(
                admin.get("/"),
                admin.get("/console/app.js"),
                admin.get("/health/live"),
                admin.get("/v1/approvals"),
                admin.get("/v1/approvals", bearer(ALICE)),
                admin.get("/nothing"),
                malformed());

        assertThat(answers).allSatisfy(answer -> {
            StrictHeaders.HEADERS.forEach(
                    (name, value) -> assertThat(answer.header(name)).as(name).isEqualTo(value));
            assertThat(answer.header("cache-control")).isIn("no-store", "no-cache");
            assertThat(answer.header("server")).isNull();
        });
        assertThat(admin.get("/v1/approvals", bearer(ALICE)).header("cache-control"))
                .isEqualTo("no-store");
    }

    private io.gatehouse.testkit.RawResponse malformed() {
        try (var client = admin.connect()) {
            return client.exchange("GET / HTTP/1.1\r\nHost " + admin.host() + "\r\n\r\n");
        }
    }

    @Test
    void sendsAssetsOnce() {
        var first = admin.get("/console/app.js");
        var again = admin.get("/console/app.js", "If-None-Match: " + first.header("etag"));

        assertThat(first.status()).isEqualTo(200);
        assertThat(first.header("content-type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void refusesLargeBodiesWhetherAnnouncedOrNot() {
        String body = "{\"token\":\"" + "x".repeat(2000) + "\"}";
        assertThat(admin.post("/v1/session", body).status()).isEqualTo(413);

        try (var client = admin.connect()) {
            client.send("POST /v1/session HTTP/1.1\r\nHost: " + admin.host()
                    + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send("400\r\n" + "x".repeat(1024) + "\r\n" + "400\r\n" + "x".repeat(1024) + "\r\n");
            assertThat(client.read().status()).isEqualTo(413);
            assertThat(client.awaitClose()).isTrue();
        }
    }

    @Test
    void refusesAnAnnouncedHugeBodyWithoutWaitingForIt() {
        try (var client = admin.connect()) {
            client.send("POST /v1/session HTTP/1.1\r\nHost: " + admin.host()
                    + "\r\nContent-Type: application/json\r\nContent-Length: 100000000\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(413);
            assertThat(client.awaitClose()).isTrue();
        }
    }

    @Test
    void refusesBodiesWhereNoneIsExpected() {
        assertThat(admin.send("GET", "/v1/whoami", "{}", bearer(ALICE)).status())
                .isEqualTo(400);
    }

    @Test
    void refusesLargeHeads() {
        try (var client = admin.connect()) {
            var refused = client.exchange(admin.request("GET", "/health/live", null, "X-Large: " + "x".repeat(4000)));
            assertThat(refused.status()).isIn(413, 431);
            assertThat(client.awaitClose()).isTrue();
        }
    }

    @Test
    void endsSlowBodies() {
        try (var client = admin.connect()) {
            client.send("POST /v1/session HTTP/1.1\r\nHost: " + admin.host()
                    + "\r\nContent-Type: application/json\r\nContent-Length: 30\r\n\r\n{");
            assertThat(client.read().status()).isEqualTo(408);
            assertThat(client.awaitClose()).isTrue();
        }
    }

    @Test
    void endsSlowHeadsAndIdleConnections() {
        try (var client = admin.connect()) {
            client.send("GET /health/live HTTP/1.1\r\nHost:");
            assertThat(client.awaitClose()).isTrue();
        }
        try (var client = admin.connect()) {
            String request = "GET /health/live HTTP/1.1\r\nHost: " + admin.host() + "\r\n\r\n";
            assertThat(client.exchange(request).status()).isEqualTo(200);
            assertThat(client.exchange(request).status()).isEqualTo(200);
            assertThat(client.awaitClose()).isTrue();
        }
    }

    @Test
    void refusesMoreConnectionsAndStreamsThanAllowed() {
        var clients = new ArrayList<RawClient>();
        try {
            for (int i = 0; i < 2; i++) {
                var client = admin.connect();
                clients.add(client);
                client.send(admin.request("GET", "/v1/approvals/events", null, bearer(ALICE)));
                assertThat(client.readHead().status()).isEqualTo(200);
            }
            assertThat(admin.get("/v1/approvals/events", bearer(ALICE)).status())
                    .isEqualTo(503);
            for (int i = 0; i < 8; i++) {
                clients.add(admin.connect());
            }
            assertThat(clients.getLast().awaitClose()).isTrue();
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void closesAtOnceThoughStreamsAreOpen() {
        try (var client = admin.connect()) {
            client.send(admin.request("GET", "/v1/approvals/events", null, bearer(ALICE)));
            assertThat(client.readHead().status()).isEqualTo(200);

            int port = admin.port();
            admin.server.close();

            client.readToEnd();
            assertThatThrownBy(() -> RawClient.connect(port)).isInstanceOf(UncheckedIOException.class);
        }
    }
}
