package io.gatehouse.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.Target;
import io.gatehouse.proxy.http.target.TestUpstreams;
import io.gatehouse.proxy.http.transport.Transport;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.RawClient;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Targets that are named, and targets behind Unix sockets. */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class TargetAddressingTest {
    private static final String GET = "GET /hello HTTP/1.1\r\nHost: a.example\r\n\r\n";

    @Test
    void usesEveryAddressOfANameAndNoticesAChange() throws Exception {
        try (var here = TestOrigin.start(Script.of(200, "text/plain", "here"));
                var there = TestOrigin.start(
                        new InetSocketAddress("127.0.0.2", here.port()), Script.of(200, "text/plain", "there"));
                var names = new NameServer("127.0.0.1")) {
            var upstream = TestUpstreams.of("targets: [http://orders.example:%d]".formatted(here.port()));
            var snapshot = TestPlane.to(new Target.ToUpstream(upstream));
            try (var plane = NameServer.plane(names.address(), snapshot)) {
                int port = plane.start().getFirst().getPort();
                try (var client = RawClient.connect(port)) {
                    assertThat(client.exchange(GET).text()).isEqualTo("here");
                    assertThat(here.take().header("host")).isEqualTo("orders.example:" + here.port());
                    names.addresses = List.of("127.0.0.1", "127.0.0.2");
                    await().atMost(Duration.ofSeconds(20))
                            .until(() -> client.exchange(GET).text().equals("there"));
                    await().until(() -> client.exchange(GET).text().equals("here"));
                    assertThat(there.take().header("host")).isEqualTo("orders.example:" + here.port());
                    names.addresses = List.of("127.0.0.2");
                    await().atMost(Duration.ofSeconds(20))
                            .until(() -> upstream.endpoints().size() == 1);
                    for (int i = 0; i < 5; i++) {
                        assertThat(client.exchange(GET).text()).isEqualTo("there");
                    }
                    await().untilAsserted(
                                    () -> assertThat(here.openConnections()).isZero());
                    assertThat(names.asked.get())
                            .as("no sooner than every five seconds")
                            .isLessThan(12);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.gatehouse.proxy.http.TestPlane#transports")
    void speaksToUnixSockets(Transport.Kind kind, @TempDir Path folder) throws Exception {
        var path = folder.resolve("app.sock");
        var seen = new CopyOnWriteArrayList<String>();
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            var serving = Thread.ofVirtual().start(() -> {
                try (var peer = server.accept()) {
                    var buffer = ByteBuffer.allocate(4096);
                    for (int i = 0; i < 2; i++) {
                        peer.read(buffer.clear());
                        seen.add(StandardCharsets.US_ASCII.decode(buffer.flip()).toString());
                        peer.write(ByteBuffer.wrap(
                                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII)));
                    }
                } catch (IOException closed) {
                    seen.add(closed.toString());
                }
            });
            var upstream = TestUpstreams.of("targets: ['unix:%s']".formatted(path));
            try (var plane = new DataPlane(
                    Transport.fromEnvironment(Map.of("GATEHOUSE_LOOPS", "1", "GATEHOUSE_TRANSPORT", kind.wireName())),
                    new SimpleMeterRegistry(),
                    List.of(TestUpstreams.listener()),
                    Path.of(""),
                    TestPlane.to(new Target.ToUpstream(upstream)))) {
                try (var client = RawClient.connect(plane.start().getFirst().getPort())) {
                    assertThat(client.exchange(GET).text()).isEqualTo("ok");
                    assertThat(client.exchange(GET).text()).isEqualTo("ok");
                }
            }
            serving.join();
            assertThat(seen)
                    .hasSize(2)
                    .allSatisfy(
                            request -> assertThat(request).startsWith("GET /hello HTTP/1.1\r\nhost: localhost\r\n"));
        }
    }
}
