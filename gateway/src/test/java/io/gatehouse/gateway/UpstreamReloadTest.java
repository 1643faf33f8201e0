package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reload does to upstreams: a canary, a mirror, another authority; and what it leaves alone. */
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class UpstreamReloadTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit makes it
    Path folder;

    private final TestOrigin blue = TestOrigin.start(Script.of(200, "text/plain", "blue"));
    private final TestOrigin green = TestOrigin.start(Script.of(200, "text/plain", "green"));

    @AfterEach
    void stop() {
        blue.close();
        green.close();
    }

    private String config(String service, String more) {
        return """
            version: 1
            server:
              listeners: [{ name: public, address: "127.0.0.1:0" }]
              admin: { address: "127.0.0.1:0" }
              drain: 1s
            stores: { database: "sqlite:gatehouse.db" }
            audit: { folder: audit }
            upstreams:
              service: %s
              copies: { targets: ["http://127.0.0.1:%d"] }
            routes:
              - { name: all, match: { path: /** }, filters: [request-id], to: service %s }
            """.formatted(service, green.port(), more);
    }

    private String weighted(int blueWeight, int greenWeight) {
        return "{ targets: [{ url: %s, weight: %d }, { url: %s, weight: %d }] }"
                .formatted(blue.uri(), blueWeight, green.uri(), greenWeight);
    }

    private void reload(RunningGateway gateway, String config) throws IOException {
        Files.writeString(folder.resolve("gatehouse.yaml"), config);
        assertThat(gateway.gateway().reload().errors()).isEmpty();
    }

    @Test
    void movesTrafficByWeightsAndLetsWhatIsInFlightEnd() throws Exception {
        var gate = new CompletableFuture<Void>();
        try (var gateway = RunningGateway.start(folder, config(weighted(1, 0), ""));
                var client = gateway.client();
                var slow = gateway.client()) {
            assertThat(client.exchange(GET).text()).isEqualTo("blue");
            blue.otherwise(Script.after(gate, Script.of(200, "text/plain", "late")));
            slow.send(GET);
            blue.take();
            blue.take();
            reload(gateway, config(weighted(0, 1), ""));
            for (int i = 0; i < 5; i++) {
                assertThat(client.exchange(GET).text()).isEqualTo("green");
            }
            gate.complete(null);
            assertThat(slow.read().text()).isEqualTo("late");
        }
    }

    @Test
    void beginsToMirror() throws Exception {
        var service = "{ targets: [%s] }".formatted(blue.uri());
        try (var gateway = RunningGateway.start(folder, config(service, ""));
                var client = gateway.client()) {
            assertThat(client.exchange(GET).text()).isEqualTo("blue");
            reload(gateway, config(service, ", mirror: { to: copies }"));
            assertThat(client.exchange(GET).text()).isEqualTo("blue");
            assertThat(green.take().header("gatehouse-mirror")).isEqualTo("true");
            assertThat(green.calls()).isEqualTo(1);
        }
    }

    @Test
    void trustsAnotherAuthorityOnceItsFileHasChanged() throws Exception {
        var good = authority();
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        var server = new CertificateBuilder()
                .algorithm(CertificateBuilder.Algorithm.ecp256)
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .buildIssuedBy(good);
        keys.init(server.toKeyStore(new char[0]), new char[0]);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        var trust = folder.resolve("ca.pem");
        Files.writeString(trust, authority().getCertificatePEM());
        try (var origin = TestOrigin.start(context, false, Script.of(200, "text/plain", "secret"))) {
            var config = config(
                    "{ targets: [\"https://localhost:%d\"], tls: { trust: ca.pem } }".formatted(origin.port()), "");
            try (var gateway = RunningGateway.start(folder, config);
                    var client = gateway.client()) {
                assertThat(client.exchange(GET).status()).isEqualTo(502);
                assertThat(gateway.gateway().files()).contains(trust);
                Files.writeString(trust, good.getCertificatePEM());
                assertThat(gateway.gateway().reload().errors()).isEmpty();
                assertThat(client.exchange(GET).text()).isEqualTo("secret");
                assertThat(origin.calls()).isEqualTo(1);
            }
        }
    }

    /** Sends all that is new to green, and waits until what is idle of the old upstream has ended: what it is closed for. */
    private void moveOn(RunningGateway gateway) throws IOException {
        try (var client = gateway.client()) {
            assertThat(client.exchange(GET).text()).isEqualTo("blue");
            assertThat(blue.openConnections()).isEqualTo(2);
            var service = "{ targets: [%s] }".formatted(green.uri());
            reload(gateway, config(service, "").replace("name: all", "name: moved"));
            assertThat(client.exchange(GET).text()).isEqualTo("green");
        }
        await().until(() -> blue.openConnections() == 1);
    }

    @Test
    void leavesAnOpenWebSocketToItsTarget() throws Exception {
        // the key and its proof are those of RFC 6455, 1.3
        var handshake = "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
        blue.at("/chat", (request, wire) -> {
            wire.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
            for (int next = wire.input().read(); next >= 0; next = wire.input().read()) {
                wire.send("blue " + (char) next);
            }
            wire.close();
        });
        try (var gateway = RunningGateway.start(folder, config(weighted(1, 0), ""));
                var client = gateway.client();
                var other = gateway.client()) {
            assertThat(client.exchange(handshake).status()).isEqualTo(101);
            assertThat(client.send("1").readBytes(6))
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo("blue 1");
            moveOn(gateway);
            assertThat(client.send("2").readBytes(6))
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo("blue 2");
            assertThat(other.exchange(handshake).text()).isEqualTo("green");
        }
    }

    @Test
    void leavesAStreamOfEventsToItsTarget() throws Exception {
        var events = new LinkedBlockingQueue<String>();
        blue.at("/events", (request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
            for (var event = events.take(); !event.isEmpty(); event = events.take()) {
                wire.send("data: " + event + "\n\n");
            }
            wire.close();
        });
        try (var gateway = RunningGateway.start(folder, config(weighted(1, 0), ""));
                var client = gateway.client()) {
            client.send("GET /events HTTP/1.0\r\nHost: a\r\n\r\n");
            assertThat(client.readHead().header("content-type")).isEqualTo("text/event-stream");
            events.add("1");
            assertThat(client.readBytes(9)).asString(StandardCharsets.US_ASCII).isEqualTo("data: 1\n\n");
            moveOn(gateway);
            events.add("2");
            events.add("");
            assertThat(client.readToEnd()).asString(StandardCharsets.US_ASCII).isEqualTo("data: 2\n\n");
        }
    }

    private static X509Bundle authority() throws Exception {
        return new CertificateBuilder()
                .algorithm(CertificateBuilder.Algorithm.ecp256)
                .subject("CN=authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }
}
