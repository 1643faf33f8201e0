package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.gatehouse.proxy.http.transport.Transport;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the logs say of targets: that they change, and which of them was asked. */
final class TargetLogsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String SERVER = """
            version: 1
            server:
              listeners: [{ name: public, address: 127.0.0.1:0 }]
              admin: { address: 127.0.0.1:0, token: "${APPROVER}" }
            """;

    @TempDir
    private Path folder;

    private final LogLines lines = new LogLines("io.gatehouse.proxy.http.target");
    private final TestOrigin origin = TestOrigin.start();

    @AfterEach
    void stop() {
        lines.close();
        origin.close();
    }

    private static int failed(RunningGateway gateway, String target) throws Exception {
        var series = Pattern.compile("gatehouse_upstream_target_checks_total\\{result=\"failed\",target=\""
                        + Pattern.quote(target) + "\",upstream=\"both\"} (\\d+)")
                .matcher(gateway.call("GET", "/metrics").body());
        return series.find() ? Integer.parseInt(series.group(1)) : 0;
    }

    @Test
    void aTargetThatIsDownIsToldOnceAndThatItIsWellAgain() throws Exception {
        origin.at("/health", Script.of(503, "text/plain", "no"));
        var dead = "http://127.0.0.1:1";
        try (var gateway = RunningGateway.start(folder, SERVER + """
                upstreams:
                  both: { targets: ["%s", "%s"], health: { path: /health, interval: 300ms, timeout: 300ms } }
                routes: [{ name: all, match: { path: /** }, filters: [], to: both }]
                """.formatted(dead, origin.uri()))) {
            await().until(() ->
                    failed(gateway, dead) > 4 && failed(gateway, origin.uri().toString()) > 4);
            assertThat(lines.texts())
                    .satisfiesExactlyInAnyOrder(
                            line -> assertThat(line)
                                    .startsWith("upstream `both`: " + dead + " (")
                                    .contains(") fails its checks: no connection: ", "refused"),
                            line -> assertThat(line)
                                    .startsWith("upstream `both`: " + origin.uri() + " (")
                                    .endsWith(") fails its checks: status 503"));

            origin.at("/health", Script.of(200, "text/plain", "yes"));
            await().until(() -> lines.texts().size() > 2);
            assertThat(lines.texts().getLast())
                    .startsWith("upstream `both`: " + origin.uri())
                    .endsWith(" is well again");
        }
    }

    /** Over HTTP/2: what it says to each request, on a connection of its own. */
    private static final List<byte[]> REFUSALS = List.of(
            frame(3, 1, 0, 0, 0, 2), // RST_STREAM: an internal error
            frame(3, 1, 0, 0, 0, 7), // a stream that is refused
            frame(7, 0, 0, 0, 0, 0, 0, 0, 0, 2), // GOAWAY: an internal error, and no stream was begun
            frame(0, 1, 1), // DATA without a head
            new byte[0]); // the connection is reset

    /** Not each end of a connection reaches its reader as a failure. */
    private static final int RESETS = 30;

    private static byte[] frame(int type, int stream, int... payload) {
        var frame = ByteBuffer.allocate(9 + payload.length)
                .putShort((short) 0)
                .put((byte) payload.length)
                .put((byte) type)
                .put((byte) 0)
                .putInt(stream);
        for (int each : payload) {
            frame.put((byte) each);
        }
        return frame.array();
    }

    /** Reads up to a request's head, says {@code refusal}, and resets the connection. */
    private static void refuse(Socket socket, byte[] refusal) throws IOException {
        try (socket) {
            socket.setSoLinger(true, 0);
            socket.getOutputStream().write(frame(4, 0));
            var in = new DataInputStream(socket.getInputStream());
            in.skipNBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length());
            int type;
            do {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                type = in.readUnsignedByte();
                in.skipNBytes(5 + length);
            } while (type != 1);
            socket.getOutputStream().write(refusal);
        }
    }

    private static Stream<Transport.Kind> transports() {
        return Stream.of(Transport.Kind.values()).filter(Transport.Kind::isAvailable);
    }

    @ParameterizedTest
    @MethodSource("transports")
    @SuppressWarnings("try") // the target goes before the gateway does
    void nothingIsSaidOfATargetOverHttp2ThatResets(Transport.Kind transport) throws Exception {
        try (var all = new LogLines(Logger.ROOT_LOGGER_NAME)) {
            try (var target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                    var gateway =
                            RunningGateway.start(folder, SERVER + """
                        upstreams: { up: { targets: ["h2c://127.0.0.1:%d"], retry: { attempts: 1 } } }
                        routes: [{ name: all, match: { path: /** }, filters: [request-id], to: up }]
                        """.formatted(target.getLocalPort()), transport)) {
                for (int i = 0; i < RESETS; i++) {
                    var refusal = REFUSALS.get(i % REFUSALS.size());
                    try (var client = gateway.client().send(GET)) {
                        refuse(target.accept(), refusal);
                        assertThat(client.read().status()).isEqualTo(502);
                    }
                }
                target.close();
                try (var client = gateway.client()) {
                    assertThat(client.exchange(GET).status()).isEqualTo(502);
                }
            }
            assertThat(all.events())
                    .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .as("what is said of a target that is gone, and no more")
                    .singleElement()
                    .asString()
                    .startsWith("upstream `up`: no connection to");
        }
    }

    private List<JsonNode> accessLog(int lines) {
        var file = folder.resolve("access.log");
        await().until(() -> Files.exists(file) && Files.readAllLines(file).size() == lines);
        try {
            return Files.readAllLines(file).stream()
                    .map(line -> JsonMapper.shared().readTree(line))
                    .toList();
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    void theAccessLogNamesTheTargetAndItsStatusWhereThereWasOne() throws Exception {
        var dead = "http://127.0.0.1:1";
        try (var gateway = RunningGateway.start(
                folder, SERVER + """
                upstreams: { up: { targets: ["%s"] }, down: { targets: ["%s"] } }
                chains: { logged: [access-log: { to: "%s" }] }
                routes:
                  - { name: up, match: { path: /up }, chain: logged, to: up }
                  - { name: down, match: { path: /down }, chain: logged, to: down }
                  - { name: here, match: { path: /here }, filters: [logged, { respond: { body: hello } }] }
                """.formatted(origin.uri(), dead, folder.resolve("access.log")))) {
            for (var path : List.of("/up", "/down", "/here")) {
                try (var client = gateway.client()) {
                    client.exchange("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
                }
            }
            var seen = accessLog(3);
            assertThat(seen.get(0).get("target").asString())
                    .isEqualTo(origin.uri().toString());
            assertThat(seen.get(0).get("upstreamStatus").asInt()).isEqualTo(200);
            assertThat(seen.get(1).get("target").asString()).isEqualTo(dead);
            assertThat(seen.get(1).get("status").asInt()).isEqualTo(502);
            assertThat(seen.get(1).has("upstreamStatus")).isFalse();
            assertThat(seen.get(2).has("target")).isFalse();
            assertThat(seen.get(2).has("upstreamStatus")).isFalse();
        }
    }
}
